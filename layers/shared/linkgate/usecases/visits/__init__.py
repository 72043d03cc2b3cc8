"""Let a recipient open a link, prove who she is, read, fill in and send."""
