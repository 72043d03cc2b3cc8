"""Timelines and webhooks in the table."""
