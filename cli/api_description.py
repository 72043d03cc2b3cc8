"""`linkgate openapi`: prints the management API's description."""

import json


def openapi() -> None:
    """Print the OpenAPI 3.1 description of the management API, which the API also serves at /openapi.json."""
    from linkgate.dialects.manage.openapi import description

    print(json.dumps(description(), ensure_ascii=False, indent=2))
