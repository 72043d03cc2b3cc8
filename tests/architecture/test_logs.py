"""Log lines contain only fields on the list, both at run time and in every log call in the code."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from linkgate import wiring
from linkgate.log_lines import LOG_FIELDS
from tests.support.transformed_template import resources_of, transformed

LAYER = Path(__file__).resolve().parents[2] / "layers/shared/linkgate"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}

GIVEN = {"endpoint/timers.py": "usecases/management/retention.py"}
"""Modules that log values of other modules, by the modules that yield those values."""


class Unreadable(Exception):
    """A log call whose fields cannot be read from the source."""


def modules() -> list[Path]:
    return sorted(path for path in LAYER.rglob("*.py") if "logger()" in path.read_text() and path.name != "wiring.py")


def is_logging(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and isinstance(node.func.value, ast.Call)
        and "logger" in ast.unparse(node.func.value.func)
    )


def fields_of(given: ast.expr, function: ast.AST) -> set[str]:
    """Return the keys of a mapping that the function itself builds. Raises Unreadable."""
    match given:
        case ast.Dict(keys=keys, values=values):
            found: set[str] = set()
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    found |= fields_of(value, function)
                elif isinstance(key, ast.Constant):
                    found.add(str(key.value))
                else:
                    raise Unreadable(ast.unparse(given))
            return found
        case ast.Name(id=name):
            return named_fields(name, function)
    raise Unreadable(ast.unparse(given))


def named_fields(name: str, function: ast.AST) -> set[str]:
    """Return the keys of a variable, from all assignments to it or into it."""
    found: set[str] = set()
    seen = False
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            match target, node:
                case ast.Name(id=each), ast.Assign() | ast.AnnAssign() | ast.AugAssign() if each == name:
                    assert node.value is not None
                    found |= fields_of(node.value, function)
                    seen = True
                case ast.Subscript(value=ast.Name(id=each), slice=ast.Constant(value=key)), ast.Assign() if (
                    each == name
                ):
                    found.add(str(key))
    if not seen:
        raise Unreadable(name)
    return found


def logged(tree: ast.Module) -> set[str]:
    """Return every field of every log call of a module. Raises Unreadable."""
    found: set[str] = set()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        for node in ast.walk(function):
            if not is_logging(node):
                continue
            assert isinstance(node, ast.Call)
            for keyword in node.keywords:
                found |= fields_of(keyword.value, function) if keyword.arg == "extra" else {str(keyword.arg)}
            for argument in node.args:
                if not isinstance(argument, ast.Constant | ast.Name | ast.JoinedStr):
                    raise Unreadable(ast.unparse(argument))
    return found


def yielded(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Dict):
            found |= fields_of(node.value, tree)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(LAYER).as_posix())
def test_every_log_call_keeps_to_the_list(path: Path) -> None:
    name = path.relative_to(LAYER).as_posix()
    if name in GIVEN:
        fields = yielded(ast.parse((LAYER / GIVEN[name]).read_text()))
    else:
        fields = logged(ast.parse(path.read_text()))

    assert fields
    assert fields <= LOG_FIELDS


@pytest.mark.parametrize(
    "call",
    [
        "wiring.logger().info('x', extra={'url': 1})",
        "facts = {'status': 1}\n    facts |= {'url': 1}\n    wiring.logger().info('x', extra=facts)",
        "facts = {}\n    facts['url'] = 1\n    wiring.logger().error('x', extra={**facts, 'cause': []})",
        "wiring.logger().info('x', url=1)",
    ],
)
def test_a_field_beyond_the_list_is_seen(call: str) -> None:
    assert "url" in logged(ast.parse(f"def f(url):\n    {call}\n"))


@pytest.mark.parametrize("call", ["wiring.logger().info('x', extra=dict(link))", "wiring.logger().info(str(link))"])
def test_fields_that_nobody_can_read_are_refused(call: str) -> None:
    with pytest.raises(Unreadable):
        logged(ast.parse(f"def f(link):\n    {call}\n"))


def test_a_field_beyond_the_list_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-6921-abc;Parent=def;Sampled=1")
    logger = wiring.logger()
    handler = logger.handlers[0]  # pytest may have added more
    assert hasattr(handler, "stream")
    before, handler.stream = handler.stream, StringIO()
    level = logger.level
    logger.setLevel("INFO")
    try:
        try:
            int("ada@example.com")
        except ValueError:  # its text quotes the refused value
            logger.exception("answered", extra={"status": 200, "email": "ada@example.com"})
        line = json.loads(handler.stream.getvalue())
    finally:
        handler.stream = before
        logger.setLevel(level)

    assert line["message"] == "answered"
    assert line["status"] == 200
    assert set(line) == {"level", "message", "timestamp", "service", "xray_trace_id", "status"}
    assert set(line) <= LOG_FIELDS
    assert line["level"] == "ERROR"
    assert line["xray_trace_id"] == "1-6921-abc"
    assert datetime.now(UTC) - datetime.fromisoformat(line["timestamp"]) < timedelta(minutes=1)
    assert "ada@example.com" not in json.dumps(line)


def test_lambda_itself_logs_failures_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    functions = resources_of(transformed(), "AWS::Lambda::Function")

    assert functions
    for properties in functions.values():
        config = properties["LoggingConfig"]
        assert config["LogGroup"]
        # Metrics have no level and count as INFO. With DEBUG, botocore would log what it signs.
        assert (config["LogFormat"], config["ApplicationLogLevel"]) == ("JSON", "INFO")
        assert config["SystemLogLevel"] == {"Ref": "SystemLogLevel"}


LAMBDA = """
import logging, sys
logging.basicConfig(level="INFO", stream=sys.stdout)  # as Lambda's runtime does it for logs in JSON
from linkgate import wiring
from linkgate.aws.clients import Clients
clients = Clients({thin})
clients.dynamodb
clients.sqs
wiring.logger().info("answered")
wiring.logger().warning("refused")
"""


@pytest.mark.parametrize("thin", ["dict(os.environ)", "None"])
@pytest.mark.parametrize(("level", "lines"), [("INFO", ["answered", "refused"]), ("WARNING", ["refused"])])
def test_on_lambda_nothing_but_our_own_lines_is_logged(level: str, lines: list[str], thin: str) -> None:
    own = {
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "LOG_LEVEL": level,
        "AWS_REGION": "eu-west-1",
        "PYTHONPATH": str(LAYER.parent),
    }
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "eu-west-1"}
    code = "import os\n" + LAMBDA.format(thin=thin)
    done = subprocess.run([sys.executable, "-c", code], env={**own, **keys}, capture_output=True, text=True, check=True)

    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == lines
