"""Customers wait for an agent, who accepts, transfers and ends their calls."""
