"""Writes about people who work with links: who they are, their sessions, and the journal of what they do."""
