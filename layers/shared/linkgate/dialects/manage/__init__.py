"""The management API: a tenant's own view of its links, in JSON.

`operations` is the list of what there is; requests are read and checked in `requests`, answered in `replies` and
`problems`; `openapi` describes all of it from the same tables.
"""

from linkgate.dialects.manage.problems import render_error
from linkgate.dialects.manage.requests import DIALECT, credentials

__all__ = ["DIALECT", "credentials", "render_error"]
