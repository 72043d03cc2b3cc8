"""Execution environment for one handler: it imports `app` as Lambda does, answers the event repeatedly, and reports.

The runtime's interpreter runs it: `invoke.py <function folder> <layer folder> <event file> <further calls>`. The first
line on stdout is the time of the first response. With FACTS=1, a line with imported modules, opened files and compiled
files follows. With `import` instead of a number, it calls nothing.
"""

import json
import os
import sys
import time

opened: list[str] = []
compiled: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        opened.append(str(arguments[0]))
    elif event == "compile" and str(arguments[1]).endswith(".py"):
        compiled.append(str(arguments[1]))


class Context:
    """Lambda's context, as far as handlers may read it."""

    function_name = "bench"
    memory_limit_in_mb = "1024"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:bench"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time of a call that has just begun."""
        return 15000


folder, layer, event_file, calls = sys.argv[1:]
if os.environ.get("FACTS"):
    sys.addaudithook(_watch)
sys.path[:0] = [folder, layer]

import app  # type: ignore[import-not-found]  # noqa: E402 - imported as late as Lambda imports it

if calls == "import":
    sys.exit()
with open(event_file) as file:  # noqa: PTH123 - pathlib would be an import that the handler may not make
    text = file.read()
response = app.handler(json.loads(text), Context())
print(time.time())
if response["statusCode"] not in (200, 201, 303):
    sys.exit(f"the handler answered {response}")

started = time.process_time()
spent = []
for _ in range(int(calls)):
    before = time.process_time()
    app.handler(json.loads(text), Context())
    spent.append(time.process_time() - before)
if os.environ.get("FACTS"):
    facts = {"modules": sorted(sys.modules), "opened": len(opened), "compiled": compiled}
    print(json.dumps(facts))
elif spent:
    print(json.dumps(sorted(spent)[len(spent) // 2]))
