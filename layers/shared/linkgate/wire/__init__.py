"""HTTP without Lambda: requests, replies, and the formats bodies come in."""
