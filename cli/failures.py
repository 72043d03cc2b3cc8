"""Failures of commands: a message for people, an exit code for programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cli.printing import terminal_safe

FAILED = 1
MISUSED = 2


class CommandError(Exception):
    """A failure whose message says what went wrong and what to do about it."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@contextmanager
def told_plainly() -> Iterator[None]:
    """End the command with a message instead of a traceback. Our own bugs keep their traceback."""
    try:
        yield
    except CommandError as error:
        print(terminal_safe(str(error), keep="\n\t"), file=sys.stderr)
        raise typer.Exit(error.exit_code) from error
    except Exception as error:
        invalid = _fields_message(error)
        message = invalid or _aws_message(error)
        if message is None:
            raise
        print(terminal_safe(message, keep="\n\t"), file=sys.stderr)
        raise typer.Exit(MISUSED if invalid else FAILED) from error


def _fields_message(error: Exception) -> str | None:
    """Return the faults that a use case found in its input, or None for any other error."""
    if "linkgate.errors" not in sys.modules:
        return None
    from linkgate.errors import InvalidRequest
    from linkgate.wire.problem_texts import reason

    if not isinstance(error, InvalidRequest):
        return None
    return "\n".join(f"{problem.field} {reason(problem)}" for problem in error.problems)


def _aws_message(error: BaseException | None) -> str | None:
    """Return the message of AWS or its SDK from the chain of causes, or None if neither caused the error."""
    if "botocore" not in sys.modules:
        return None
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ProfileNotFound
    from botocore.parsers import ResponseParserError

    while error is not None:
        if isinstance(error, ClientError):
            details = error.response.get("Error", {})
            return f"AWS refused {error.operation_name}: {details.get('Code')}: {details.get('Message')}"
        if isinstance(error, NoRegionError):
            return "No AWS region is set. Set AWS_REGION, or name a profile with AWS_PROFILE."
        if isinstance(error, NoCredentialsError):
            return "There are no AWS credentials. Sign in with the AWS CLI, or name a profile with AWS_PROFILE."
        if isinstance(error, ProfileNotFound):
            return f"{error}. Set AWS_PROFILE to one that `aws configure list-profiles` shows."
        if isinstance(error, BotoCoreError):
            return f"AWS cannot be reached: {error}"
        if isinstance(error, ResponseParserError):
            return "The answer came neither from AWS nor from its stand-in on this machine."
        error = error.__cause__
    return None
