"""`linkgate openapi`: prints the descriptions of the management API and of all other calls."""

import json
from typing import Annotated

import typer


def openapi(
    *,
    callers: Annotated[
        bool, typer.Option(help="Describe the vendors' calls and the recipient's JSON instead, as for Postman.")
    ] = False,
) -> None:
    """Print the OpenAPI 3.1 description of the management API, which the API also serves at /openapi.json."""
    from cli.call_descriptions.document import document
    from linkgate.dialects.manage.openapi import description

    print(json.dumps(document() if callers else description(), ensure_ascii=False, indent=2))
