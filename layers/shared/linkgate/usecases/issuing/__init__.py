"""Turn a caller's request into a link."""
