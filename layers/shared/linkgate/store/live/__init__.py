"""Tickets, connections and presences of the live channel in the table."""
