"""Each measure for a lean start still works. The code of each measure says what it gains."""

from __future__ import annotations

import copy
import gc
import json
import os
import pickle
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session
from botocore.validate import ParamValidationDecorator
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from linkgate import lazy_dataclass, wiring
from linkgate.aws import lean_botocore
from linkgate.aws.clients import Clients
from linkgate.endpoint import cold_start
from linkgate.model.addresses import normal_email

ROOT = Path(__file__).resolve().parents[2]
LAZY: Any = lazy_dataclass
ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers/shared")]),
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
}


def probed(code: str) -> Any:
    """Run code in its own process, and return the JSON that it prints."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=ENVIRONMENT)
    return json.loads(done.stdout)


def make(decorate: Any) -> Any:
    @decorate(frozen=True, slots=True)
    class Base:
        """One."""

        name: str
        secret: str = field(repr=False)
        tags: dict[str, int] = field(default_factory=dict)
        note: str | None = None

    @decorate(frozen=True, slots=True, kw_only=True)
    class Derived(Base):
        """Two."""

        count: int = 0
        unseen: int = field(default=1, compare=False)

    return Derived


ARGUMENTS = st.fixed_dictionaries(
    {"name": st.text(), "secret": st.text()},
    optional={"tags": st.dictionaries(st.text(), st.integers()), "note": st.none() | st.text(), "count": st.integers()},
)


@given(ARGUMENTS, ARGUMENTS)
def test_a_lazy_dataclass_is_like_the_standard_one(first: dict[str, Any], second: dict[str, Any]) -> None:
    ours, theirs = make(LAZY.dataclass), make(dataclass)

    def facts(kind: Any) -> list[object]:
        one, other = kind(**first), kind(**second)
        changed = replace(one, name="changed")
        return [
            [getattr(one, each.name) for each in fields(one)],
            repr(one),
            one == other,
            one == kind(**first),
            one == 1,
            [getattr(changed, each.name) for each in fields(changed)],
            changed == LAZY.replace(one, name="changed"),
            one == LAZY.replace(other, **{each.name: getattr(one, each.name) for each in fields(one)}),
            copy.deepcopy(one) == one,
            one == replace(one, unseen=2),
            kind.__match_args__,
        ]

    assert facts(ours) == facts(theirs)


def test_a_lazy_dataclass_is_frozen_hashable_and_complains() -> None:
    lazy = make(LAZY.dataclass)
    value = lazy("a", "b", tags=())

    assert hash(value) == hash(lazy("a", "b", tags=()))
    assert lazy("a", "b").tags is not lazy("a", "b").tags
    with pytest.raises(FrozenInstanceError):
        value.name = "other"
    with pytest.raises(FrozenInstanceError):
        del value.name
    with pytest.raises(TypeError, match="secret"):
        lazy("a")
    with pytest.raises(TypeError, match="unknown"):
        lazy("a", "b", unknown=1)
    with pytest.raises(TypeError):
        lazy("a", "b", {}, None, 1)
    with pytest.raises(TypeError):
        LAZY.dataclass(frozen=False)
    with pytest.raises(TypeError, match="unknown"):
        LAZY.replace(value, unknown=1)


def test_values_of_the_model_can_be_pickled() -> None:
    from linkgate.model.policy import Tier
    from linkgate.ports.visits import SecretProof

    proof = SecretProof("hash", ("https://links.example.com",))

    assert pickle.loads(pickle.dumps(proof)) == proof  # noqa: S301 - our own data
    assert Tier.__doc__


@pytest.mark.parametrize("function", ["recipient", "trendsic_customer_link"])
def test_importing_a_handler_compiles_no_methods_of_ours(function: str) -> None:
    made = probed(
        "import json, sys\n"
        "made = []\n"
        "def watch(event, arguments):\n"
        "    if event == 'compile':\n"
        "        caller = sys._getframe(1)\n"
        "        while caller and 'dataclasses' not in caller.f_code.co_filename: caller = caller.f_back\n"
        "        while caller and 'dataclasses' in caller.f_code.co_filename: caller = caller.f_back\n"
        "        source = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])\n"
        "        made.append([caller.f_code.co_filename if caller else '', source])\n"
        "sys.addaudithook(watch)\n"
        f"import functions.{function}.app\n"
        "from dataclasses import dataclass\n"
        "dataclass(type('Standard', (), {'__annotations__': {'x': int}}))\n"
        "print(json.dumps(made))"
    )

    # Python 3.13 also compiles an empty function for each class, methods or not.
    assert {name for name, source in made if "\n def " in source} == {"<string>"}, "only the standard one's, made here"


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, ENVIRONMENT[name])


@pytest.mark.usefixtures("on_aws")
def test_calls_neither_make_a_user_agent_nor_check_parameters_anew() -> None:
    client: Any = Clients().dynamodb
    config = client.meta.config

    assert config.user_agent == f"Botocore/{botocore.__version__} linkgate"
    assert not isinstance(client._serializer, ParamValidationDecorator)  # noqa: SLF001 - no public way to see it
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}


@pytest.mark.usefixtures("on_aws")
def test_a_senders_client_still_tries_once() -> None:
    made: Any = Clients()

    assert made.sesv2.meta.config.retries["total_max_attempts"] == 1
    assert made.sns.meta.config.retries["total_max_attempts"] == 1
    assert made.sns.meta.config.user_agent == made.sesv2.meta.config.user_agent


def test_a_client_loads_neither_boto3_nor_what_only_boto3_needs() -> None:
    loaded = probed(
        "import json, sys\nfrom linkgate.aws.clients import Clients\n"
        "Clients().dynamodb\nprint(json.dumps(sorted(sys.modules)))"
    )

    assert "botocore.client" in loaded
    assert not {"boto3", "s3transfer", "multiprocessing"} & set(loaded)


def test_models_are_looked_for_in_one_folder() -> None:
    assert lean_botocore.data_loader().search_paths == [str(Path(botocore.__file__).parent / "data")]


@pytest.mark.usefixtures("on_aws")
def test_endpoints_are_the_sdks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    partitions = Loader().load_data("endpoints")["partitions"]
    for region in [region for partition in partitions for region in partition["regions"]]:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        ours: Any = Clients().dynamodb
        assert ours.meta.endpoint_url == Session().create_client("dynamodb").meta.endpoint_url


def certificates(path: Path) -> set[str]:
    found = re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END", path.read_text(), re.DOTALL)
    return {"".join(each.split()) for each in found}


def test_the_trusted_roots_are_amazons_five_and_botocore_trusts_them_too() -> None:
    ours = certificates(ROOT / "layers/shared/linkgate/aws/amazon_roots.pem")

    assert len(ours) == 5
    assert ours <= certificates(Path(botocore.__file__).parent / "cacert.pem")


@pytest.mark.usefixtures("on_aws")
@pytest.mark.parametrize(
    ("region", "own"), [("eu-west-1", True), ("us-gov-west-1", True), ("cn-north-1", False), ("us-iso-east-1", False)]
)
def test_the_roots_are_used_where_aws_has_them(region: str, own: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    verify = Clients().dynamodb._endpoint.http_session._verify  # type: ignore[attr-defined]  # noqa: SLF001 - no public way

    assert (Path(str(verify)).name == "amazon_roots.pem") is own


@pytest.mark.usefixtures("on_aws")
def test_an_operators_own_trust_store_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/elsewhere.pem")

    assert Clients().dynamodb._endpoint.http_session._verify == "/elsewhere.pem"  # type: ignore[attr-defined]  # noqa: SLF001


BUILT = (
    "import json, sys\nfrom dataclasses import fields\nfrom linkgate import wiring\n"
    "from linkgate.settings import Settings\n"
    "wiring.build(Settings(**{each.name: '' for each in fields(Settings)}))\n"
    "print(json.dumps(sorted(sys.modules)))"
)


def test_what_few_functions_need_waits_for_one_that_does() -> None:
    loaded = probed(BUILT)

    few = (
        "store.desk.",
        "store.live.",
        "store.history.",
        "store.management.",
        "aws.pushes",
        "aws.webhook",
        "aws.event",
    )
    assert "linkgate.store.visits.visits" in loaded
    assert not [name for name in loaded if name.startswith(tuple(f"linkgate.{each}" for each in few))]


def test_what_composes_messages_waits_for_one() -> None:
    loaded = probed(BUILT)

    assert "linkgate.sending.providers" in loaded
    assert not {"linkgate.sending.emails", "linkgate.sending.sms", "botocore", "pydantic"} & set(loaded)


def test_an_ordinary_address_needs_no_library() -> None:
    loaded = probed(
        "import json, sys\nfrom linkgate.model.addresses import normal_email\n"
        "assert normal_email('jane.doe+x@mail.example.co.uk')\nprint(json.dumps(sorted(sys.modules)))"
    )

    assert "email_validator" not in loaded


PART = st.text("abzAZ059._+-", min_size=1, max_size=66)
SPECIAL = st.sampled_from(SPECIAL_USE_DOMAIN_NAMES)


@given(
    PART,
    st.lists(st.text("abz09-", min_size=1, max_size=65), min_size=1, max_size=4),
    st.text("az0", max_size=5) | SPECIAL,
)
def test_addresses_are_read_as_the_library_reads_them(local: str, labels: list[str], top: str) -> None:
    text = f"{local}@{'.'.join([*labels, top])}"
    try:
        expected = validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        expected = None

    assert normal_email(text) == expected


def test_a_log_record_is_made_without_what_no_line_shows() -> None:
    logger: Any = wiring.logger()
    records: list[Any] = []

    def remember(record: object) -> bool:
        records.append(record)
        return False

    logger.addFilter(remember)
    try:
        logger.error("failed")
    finally:
        logger.removeFilter(remember)

    [record] = records
    assert (record.pathname, record.thread, record.process, record.processName) == ("(unknown file)", None, None, None)


def test_nothing_is_collected_during_the_first_call_and_what_it_left_never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold_start, "_first", True)
    gc.unfreeze()
    try:
        with cold_start.uncollected_at_first():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        with cold_start.uncollected_at_first():
            assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.enable()
