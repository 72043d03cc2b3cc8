"""Pages of the console, for people who work with links: tables and pure functions, driven by `routes.console`."""

from linkgate.dialects.console.problems import render_error

__all__ = ["render_error"]
