"""Files and resources in the table."""
