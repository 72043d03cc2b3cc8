"""Rooms, seats and lines in the table."""
