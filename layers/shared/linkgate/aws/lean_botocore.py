"""Botocore with less to load: fewer model folders, AWS's own root certificates and a fixed user agent."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session

AMAZON_ROOTS = str(Path(__file__).with_name("amazon_roots.pem"))


def user_agent() -> str:
    """Return a fixed user agent. Botocore builds its own twice per call, at 19 % of a call's instructions."""
    from botocore import __version__

    return f"Botocore/{__version__} linkgate"


def trust_store(session: Session) -> str | None:
    """Return the file of AWS's own roots if the region's endpoints use them and no other file is configured.

    None leaves the choice to the SDK. Five certificates instead of 126 take 9 instead of 210 M instructions at the
    first connection.
    """
    region = session.get_config_variable("region")
    if session.get_config_variable("ca_bundle") or not region:
        return None
    if session.get_partition_for_region(region) not in {"aws", "aws-us-gov"}:
        return None
    return AMAZON_ROOTS


@cache
def kept_loader() -> Loader:
    """Return the only loader of this process."""
    return data_loader()


def data_loader() -> Loader:
    """Build a loader of service models that keeps them and looks into one folder. The SDK's own looks into two.

    The build trims that folder in the layer (trim_botocore.py), which saves 183 of 1209 M instructions of a cold start.
    """
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader

    class LeanLoader(Loader):
        """Leaves out DynamoDB's endpoint rules, which give the same answer at every call and take 5 % of it."""

        def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:  # noqa: ANN401
            if (service_name, type_name) == ("dynamodb", "endpoint-rule-set-1"):
                raise UnknownServiceError(service_name=service_name, known_service_names="those with rules")
            return super().load_service_model(service_name, type_name, api_version)

    return LeanLoader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
