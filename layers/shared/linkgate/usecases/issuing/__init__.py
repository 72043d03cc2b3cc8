"""Turn a caller's wish into a link."""
