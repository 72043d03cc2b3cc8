"""AWS clients, and adapters over queues, schedules, the event bus, parameters and metrics."""
