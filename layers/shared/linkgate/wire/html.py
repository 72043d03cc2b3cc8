"""HTML out of templates whose values are escaped, for pages and messages."""

from __future__ import annotations

from markupsafe import Markup, escape


class Html(Markup):
    """Markup that formats as a plain string does, of escaped values.

    The library's own walks each template in Python, which was a quarter of a form's page. Here a template's
    placeholders take no attributes and no indexes of values, which are strings once they are escaped.
    """

    def format(self, *values: object, **named: object) -> Html:
        """Placeholders filled with escaped values."""
        escaped = {name: escape(value) for name, value in named.items()}
        return Html(str.format(self, *map(escape, values), **escaped))  # noqa: S704 - what is put in was escaped
