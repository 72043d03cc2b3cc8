"""Check of `linkgate doctor` that what serves is what was deployed.

Every function is called through an alias, which names a published version. A deployment that publishes no version
changes only what nobody calls.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.findings import Finding, well
from cli.stack_checks import stack_members
from cli.target import SERVING, Operator

COMPARED = ("CodeSha256", "MemorySize", "Timeout", "Runtime", "Handler", "Role", "Architectures")


def release(operator: Operator) -> Iterator[Finding]:
    """Compare the code and the settings of each function as deployed with what its alias serves."""
    client = operator.client("lambda")
    releases, behind = set(), []
    for member in stack_members(operator):
        if member["ResourceType"] != "AWS::Lambda::Function" or "PhysicalResourceId" not in member:
            continue
        name = member["PhysicalResourceId"]
        deployed = client.get_function_configuration(FunctionName=name)
        serving = client.get_function_configuration(FunctionName=name, Qualifier=SERVING)
        releases.add(_variables(serving).get("RELEASE", ""))
        differs = sorted(_differences(deployed, serving))
        if differs:
            behind.append(f"{member['LogicalResourceId']} ({', '.join(differs)})")
    served = ", ".join(sorted(releases - {""})) or "a release without a name"
    text = f"{served} is serving"
    if behind:
        text = f"{text}; not what was deployed: {', '.join(behind)}"
    yield well("release", not behind, text, "make deploy, which names each release")


def _differences(deployed: Mapping[str, Any], serving: Mapping[str, Any]) -> Iterator[str]:
    for key in COMPARED:
        if deployed.get(key) != serving.get(key):
            yield key
    if _layers(deployed) != _layers(serving):
        yield "Layers"
    here, there = _variables(deployed), _variables(serving)
    yield from (name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def _variables(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    variables: Mapping[str, str] = configuration.get("Environment", {}).get("Variables", {})
    return variables


def _layers(configuration: Mapping[str, Any]) -> list[str]:
    return [layer["Arn"] for layer in configuration.get("Layers", [])]
