"""What recipients' browsers change in the table."""
