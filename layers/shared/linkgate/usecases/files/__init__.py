"""Files that arrive, and what becomes of them."""
