"""Shared code of tests: clouds, clients, fakes, rigs, and servers that misbehave."""
