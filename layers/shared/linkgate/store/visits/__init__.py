"""Changes by recipients' browsers in the table."""
