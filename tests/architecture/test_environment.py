"""The template gives every function exactly the environment variables that the settings read."""

from dataclasses import MISSING, fields
from typing import Any

from linkgate.settings import Settings

READ_BY_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}
READ_BY_OPERATORS = {"RELEASE"}


def test_the_variables_are_the_settings(template: dict[str, Any]) -> None:
    variables = set(template["Globals"]["Function"]["Environment"]["Variables"])

    required = {field.name.upper() for field in fields(Settings) if field.default is MISSING}
    assert variables == required | READ_BY_POWERTOOLS | READ_BY_OPERATORS


def test_no_function_has_variables_of_its_own_but_those_that_others_go_without(functions: dict[str, Any]) -> None:
    own = {name: set(of["Environment"]["Variables"]) for name, of in functions.items() if "Environment" in of}

    optional = {field.name.upper() for field in fields(Settings) if field.default is not MISSING}
    imports = {"IMPORT_BUCKET", "IMPORT_MACHINE", "IMPORT_CONCURRENCY"}
    console = {"LINKS_HOST"}
    waited_for = {
        "DigideskSurveyRequestFunction",
        "EasysendCancelRequestFunction",
        "EasysendGenerateLinkFunction",
        "EasysendSendLinkFunction",
        "LiveFunction",
        "OcularGenerateSessionFunction",
        "RecipientFunction",
        "TrendsicCustomerLinkFunction",
    }
    assert own == {
        **dict.fromkeys(waited_for, optional - imports - console),
        "ConsoleFunction": console,
        "ManageFunction": imports,
        "ImportRowsFunction": {"IMPORT_BUCKET"},
    }
