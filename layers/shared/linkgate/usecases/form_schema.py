"""Checking submitted data against a definition's JSON Schema (draft 2020-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIMIT = 100
"""Problems reported at once."""


def problems_of(data: Mapping[str, object], schema: Mapping[str, object]) -> Sequence[Problem]:
    """Every way in which `data` breaks `schema`, with the JSON Pointer of each place as the field."""
    if not schema:
        return []
    import jsonschema_rs  # noqa: PLC0415 - only a submission needs it

    # Linear-time patterns: they come from tenants and meet text from strangers.
    validator = jsonschema_rs.Draft202012Validator(
        dict(schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    )
    problems = []
    for error in validator.iter_errors(dict(data)):
        pointer = "".join(f"/{step}" for step in error.instance_path)
        problems.append(Problem.of(pointer, "schema", keyword=error.kind.name, **error.kind.as_dict()))
        if len(problems) == _LIMIT:
            break
    return problems
