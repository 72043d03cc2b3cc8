"""Botocore with less to load: fewer model folders, AWS's own root certificates and a fixed user agent."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from linkgate.aws.endpoint import AMAZON_ROOTS

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session


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
    """Build a loader of service models that looks into one folder. The SDK's own looks into two.

    The build trims that folder in the layer (trim_botocore.py), which saves 183 of 1209 M instructions of a cold start.
    """
    from botocore.loaders import Loader

    return Loader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
