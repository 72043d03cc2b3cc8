"""What use cases need from outside, as Protocols; adapters match by shape, so no layer imports upwards."""
