"""Send messages, follow what became of them and send them again."""
