"""Secure customer links: the package that all functions share."""
