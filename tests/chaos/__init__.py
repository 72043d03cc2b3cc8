"""Mixed load on one runner with faults and crashes, then an audit: `make chaos` (see `__main__.py`)."""
