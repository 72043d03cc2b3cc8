"""How a command says that it cannot do what it was asked: one line for a person, a code for a program."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

FAILED = 1
MISUSED = 2


class CommandError(Exception):
    """What went wrong, in words that say what to do about it."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@contextmanager
def told_plainly() -> Iterator[None]:
    """End the command with a message where it would end with a traceback; a fault of ours keeps its traceback."""
    try:
        yield
    except CommandError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(error.exit_code) from error
    except Exception as error:
        message = _aws_message(error)
        if message is None:
            raise
        print(message, file=sys.stderr)
        raise typer.Exit(FAILED) from error


def _aws_message(error: BaseException | None) -> str | None:
    """What AWS or the SDK said, from wherever in the chain of causes it stands; None where neither is the reason."""
    if "botocore" not in sys.modules:
        return None
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only where it was loaded already

    while error is not None:
        if isinstance(error, ClientError):
            details = error.response.get("Error", {})
            return f"AWS refused {error.operation_name}: {details.get('Code')}: {details.get('Message')}"
        if isinstance(error, BotoCoreError):
            return f"AWS cannot be reached: {error}"
        error = error.__cause__
    return None
