"""New links in the table."""
