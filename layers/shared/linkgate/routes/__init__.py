"""Drivers of requests. Each parses a request with its dialect, calls use cases, and renders the reply."""
