"""What happens after the call: the delivery queue, the reminder schedule, the event bus."""
