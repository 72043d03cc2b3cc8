"""Protocols for everything that use cases need from outside. Adapters match by shape, so no layer imports upwards."""
