"""Drivers of requests: each reads a request with its dialect, calls use cases and answers with its dialect."""
