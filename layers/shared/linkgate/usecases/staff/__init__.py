"""Acts of the people who work with links."""
