"""The functions of the runner, which are called in threads."""

from __future__ import annotations

import subprocess
import sys

from tests.support.cloud import TEMPLATE

BEFORE_A_CALL = """
import sys
from pathlib import Path
from local.functions import Functions
from local.template import read_template

Functions(read_template(Path(sys.argv[1])))
print("aws_lambda_powertools.metrics" in sys.modules)
"""


def test_no_two_calls_are_the_first_to_load_a_package_that_imports_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEFORE_A_CALL, str(TEMPLATE)], check=True, capture_output=True, text=True
    )

    assert done.stdout == "True\n"
