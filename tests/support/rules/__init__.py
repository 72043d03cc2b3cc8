"""Rules of the store's conditional writes, as tables: the state that each takes, and what it refuses."""
