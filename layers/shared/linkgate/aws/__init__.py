"""Clients of AWS and the adapters over its queues, schedules, event bus, parameters and metrics."""
