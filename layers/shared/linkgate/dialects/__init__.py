"""Four vendors' wire formats, and our own for recipients and managers: tables and pure functions."""
