"""Let a link's owner view, change, end and erase it."""
