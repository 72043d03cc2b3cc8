"""Management API: a tenant's own view of its links, in JSON.

`operations` lists all operations. `requests` reads and checks requests, and `replies` and `problems` answer them.
`openapi` describes everything from the same tables.
"""

from linkgate.dialects.manage.problems import render_error
from linkgate.dialects.manage.requests import DIALECT, credentials

__all__ = ["DIALECT", "credentials", "render_error"]
