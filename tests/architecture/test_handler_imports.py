"""Importing a handler does nothing: no environment, no client, no randomness, no heavy library.

Each handler is imported as Lambda does it (`app`, from its own folder, with the layer on the path), in its own process.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.staff_browser import PLACES

FUNCTIONS = sorted(path.parent.name for path in (Path(__file__).parents[2] / "functions").glob("*/app.py"))

NEVER_AT_IMPORT = {
    "anyascii",
    "aws_xray_sdk",
    "boto3",
    "botocore",
    "email_validator",
    "jsonschema_rs",
    "moto",
    "phonenumbers",
    "urllib.request",
    "urllib3",
}

PROBE = """
import json, os, sys, sysconfig

OURS = tuple(sys.argv[1:])
PYTHON = sysconfig.get_path("stdlib")
deeds = []

def caller():
    '''The file that wants it: past the standard library's functions, but not past its modules as they are imported.'''
    frame = sys._getframe(2)
    while frame and frame.f_code.co_filename.startswith((PYTHON, "<")) and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""

def watched(function, deed):
    def watch(*args, **kwargs):
        if caller().startswith(OURS):
            deeds.append(f"{deed} in {caller()}")
        return function(*args, **kwargs)
    return watch

environ = type(os.environ)
for name in ("__getitem__", "__iter__", "__contains__"):
    setattr(environ, name, watched(getattr(environ, name), "environment read"))
os.urandom = watched(os.urandom, "randomness drawn")

sys.path[:0] = OURS
import app

print(json.dumps({"deeds": deeds, "modules": sorted(sys.modules), "callable": callable(app.handler)}))
"""


def imported(folder: Path, layer: Path) -> dict[str, list[str]]:
    environment = {"PATH": os.environ["PATH"]}  # without the function's variables, so reading one would also fail
    probe = subprocess.run(
        [sys.executable, "-c", PROBE, str(folder), str(layer)],
        capture_output=True,
        check=False,
        env=environment,
        text=True,
        timeout=60,
    )
    assert probe.returncode == 0, probe.stderr
    report: dict[str, list[str]] = json.loads(probe.stdout)
    return report


@pytest.mark.parametrize("function", FUNCTIONS)
def test_importing_a_handler_does_nothing(function: str, root: Path) -> None:
    report = imported(root / "functions" / function, root / "layers/shared")

    assert report["callable"]
    assert report["deeds"] == []
    assert not NEVER_AT_IMPORT & set(report["modules"])


@pytest.mark.parametrize(
    "function", [name for name in FUNCTIONS if name not in {"manage", "manage_files", "import_rows"}]
)
def test_only_the_management_api_and_its_imports_load_pydantic(function: str, root: Path) -> None:
    report = imported(root / "functions" / function, root / "layers/shared")

    assert "pydantic" not in report["modules"]


def test_a_landing_page_and_a_press_of_continue_wait_for_no_form(root: Path) -> None:
    report = imported(root / "functions/recipient", root / "layers/shared")

    forms = ("linkgate.dialects.recipient.f", "linkgate.usecases.form_", "linkgate.usecases.visits.fields")
    assert "linkgate.usecases.visits.opening" in report["modules"]
    assert [name for name in report["modules"] if name.startswith(forms)] == []


def test_the_probe_sees_what_it_forbids(tmp_path: Path, root: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import os, secrets, boto3\nTABLE = os.environ.get('TABLE_NAME')\nHOME = os.getenv('HOME')\n"
        "SALT = secrets.token_bytes(16)\ndef handler(event, context): ...\n"
    )

    report = imported(tmp_path, root / "layers/shared")

    assert [deed.split(" in ")[0] for deed in report["deeds"]] == [
        "environment read",
        "environment read",
        "randomness drawn",
    ]
    assert "botocore" in report["modules"]


def test_a_page_of_the_console_loads_neither_what_checks_tokens_nor_what_checks_bodies() -> None:
    code = (
        "import sys; from functions.console import app; from linkgate.routes.console_screens import screens_at;"
        f"[list(screens_at(place)) for place in {PLACES}];"
        "print([name for name in ('joserfc', 'cryptography', 'pydantic') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root), str(root / "layers/shared")])
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths})

    assert done.stdout.strip() == "[]"
