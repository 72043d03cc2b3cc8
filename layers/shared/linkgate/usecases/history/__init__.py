"""Record what happened to links and tell others about it."""
