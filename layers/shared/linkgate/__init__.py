"""Secure customer links: the package shared by all functions."""
