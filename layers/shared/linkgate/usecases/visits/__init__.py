"""Let a recipient open a link, prove their identity, read, fill in and submit."""
