"""Messages, suppressed addresses and the SMS budget in the table."""
