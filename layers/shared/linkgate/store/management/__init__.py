"""Lists, changes, erasure and retention in the table."""
