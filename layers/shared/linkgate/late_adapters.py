"""Stand-ins for adapters that are imported and built at their first use, because few functions need them."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import Any


def late(module: str, name: str, *arguments: object) -> Any:  # noqa: ANN401 - the class that the names say
    """Return an adapter that is imported and built at its first use.

    mypy sees no class here, so tests/architecture/test_late_adapters.py compares it with its port.
    """
    return _Late(module, name, arguments)


class _Late:
    """Stand-in for an adapter until something of it is asked for."""

    def __init__(self, module: str, name: str, arguments: tuple[object, ...]) -> None:
        self._module = module
        self._name = name
        self._arguments = arguments

    @cached_property
    def _made(self) -> Any:  # noqa: ANN401 - same
        return getattr(import_module(f"linkgate.{self._module}"), self._name)(*self._arguments)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - same
        return getattr(self._made, name)
