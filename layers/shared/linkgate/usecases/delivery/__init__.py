"""Send messages, track their delivery, and send them again."""
