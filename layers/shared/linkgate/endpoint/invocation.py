"""Lambda's facts about the call of a handler."""

from typing import Protocol


class Context(Protocol):
    """Lambda's context object, as far as it is used here."""

    @property
    def invoked_function_arn(self) -> str: ...

    def get_remaining_time_in_millis(self) -> int: ...
