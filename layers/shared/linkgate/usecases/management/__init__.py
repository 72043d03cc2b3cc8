"""Let a link's owner see, change, end and erase it."""
