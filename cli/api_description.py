"""`linkgate openapi`: the management API's description."""

import json


def openapi() -> None:
    """Print the management API's description (OpenAPI 3.1), which the API serves at /openapi.json too."""
    from linkgate.dialects.manage.openapi import description

    print(json.dumps(description(), ensure_ascii=False, indent=2))
