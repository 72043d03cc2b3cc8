"""HTTP without Lambda: requests, replies, and formats of bodies."""
