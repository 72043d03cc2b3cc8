from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.model.link import Channel, Kind, Occasion
from linkgate.sending.gsm7 import septets, spelled
from linkgate.sending.sms import SegmentOverflow, code_text, link_text
from tests.support.sample_messages import ACME, HOST, URL, code_message, sms_message

WORST_NAMES = [
    "أحمد بن محمد بن عبد الله",
    "😀😀😀",
    "\u202eevil\u202c",
    "x" * 500,
    "[{€}] ~^|\\" * 40,
    "Ñandú " * 80,
    "山田太郎 " * 20,
    "see https://evil.example/now",
    "\uff48ttp\uff1a\uff0f\uff0fevil\uff0ecom",
    "http\u2236\u2044\u2044evil.com",
    "a\r\nb",
    "\ud800",
]


def url_of_length(length: int) -> str:
    return f"https://{'h' * (length - 8 - 48)}/l/{URL[-45:]}"


@pytest.mark.parametrize(
    ("kind", "locale", "expected"),
    [
        (Kind.PROCESS, "en", "Acme Savings Bank: María Ñandú, please complete your form by the end of 27 Nov: "),
        (Kind.PROCESS, "es-MX", "Acme Savings Bank: María Ñandú, complete su formulario antes del final del 27 nov: "),
        (Kind.RESOURCE, "en", "Acme Savings Bank: María Ñandú, information is ready for you until the end of 27 Nov: "),
        (Kind.SURVEY, "es", "Acme Savings Bank: María Ñandú, gracias por hablar con nosotros. ¿Le atendimos bien? "),
        (Kind.SESSION, "en", "Acme Savings Bank: María Ñandú, you can talk to one of our agents here: "),
    ],
)
def test_the_words_name_the_tenant_and_the_recipient(kind: Kind, locale: str, expected: str) -> None:
    expected = expected.replace("í", "i").replace("ú", "u")

    assert link_text(sms_message(kind=kind, locale=locale)) == expected + URL


@pytest.mark.parametrize(
    ("name", "sender", "shown"),
    [
        ("三井住友銀行", None, HOST),
        ("三井住友銀行", "SMBC", "SMBC"),
        ("Сбербанк", None, "Sberbank"),
    ],
)
def test_a_tenants_name_in_ideographs_does_not_get_another_languages_reading(
    name: str, sender: str | None, shown: str
) -> None:
    tenant = replace(ACME, name=name, sms_sender=sender)

    assert link_text(sms_message(tenant=tenant)).startswith(f"{shown}: ")
    assert code_text(code_message(channel=Channel.SMS, tenant=tenant)).startswith(f"{shown}: ")


def test_reminders_and_resends_say_so() -> None:
    reminder = link_text(sms_message(occasion=Occasion.REMINDER))
    resend = link_text(sms_message(occasion=Occasion.RESEND, locale="es"))

    assert reminder == f"Acme Savings Bank: reminder - your link works until the end of 27 Nov: {URL}"
    assert resend == f"Acme Savings Bank: este es su nuevo enlace. Vale hasta el final del 27 nov: {URL}"


def test_what_does_not_fit_is_given_up_step_by_step_the_link_last() -> None:
    tenant = replace(ACME, name="Acme Savings and Loan Association")
    steps: list[str] = []
    for length in range(70, 161):
        body = link_text(sms_message(tenant=tenant, url=url_of_length(length)))
        words = body.removesuffix(url_of_length(length))
        if not steps or steps[-1] != words:
            steps.append(words)

    assert steps == [
        "Acme Savings and Loan Association: Maria, please complete your form by the end of 27 Nov: ",
        "Acme Savings and Loan Association: please complete your form by the end of 27 Nov: ",
        "Acme Savings and Loan Association: your form: ",
        "Acme Savings and: your form: ",
        "Acme: your form: ",
        "Acme: ",
        "",
    ]


@pytest.mark.parametrize("locale", ["en", "es"])
def test_160_septets_are_used_and_161_never(locale: str) -> None:
    lengths = {
        septets(link_text(sms_message(locale=locale, kind=kind, url=url_of_length(length))))
        for kind, length in product(Kind, range(60, 161))
    }

    assert max(lengths) == 160


def test_an_extension_character_counts_two_and_drops_the_name_it_stands_in() -> None:
    url = url_of_length(160 - len("Acme Savings Bank: Bo, please complete your form by the end of 27 Nov: "))

    assert "Bo, " in link_text(sms_message(name="Bo", url=url))
    assert "Bo" not in link_text(sms_message(name="Bo~", url=url))


@pytest.mark.parametrize("name", ["María Ñandú", "Łukasz Żak", "Ka\u02bbiulani", "Nguyễn Thị", "O'Brien"])
def test_a_name_in_latin_letters_is_greeted(name: str) -> None:
    assert f"{spelled(name)}, please" in link_text(sms_message(name=name))


@pytest.mark.parametrize("name", ["山田太郎", "やまだ", "김철수", "محمد", "Иван", "สมชาย", "आरती", "山田 Taro"])
def test_a_name_in_another_script_is_left_out_rather_than_misread(name: str) -> None:
    message = sms_message(name=name)

    assert link_text(message) == link_text(replace(message, name=None))


def test_a_link_of_160_stands_alone_and_one_of_161_is_an_error() -> None:
    assert link_text(sms_message(url=url_of_length(160))) == url_of_length(160)
    with pytest.raises(SegmentOverflow):
        link_text(sms_message(url=url_of_length(161)))


def test_a_link_outside_the_alphabet_is_an_error() -> None:
    with pytest.raises(SegmentOverflow):
        link_text(sms_message(url="https://münchen.example/`"))


@pytest.mark.parametrize(("name", "tenant"), [*product(WORST_NAMES, WORST_NAMES)])
@pytest.mark.parametrize("locale", ["en", "es"])
def test_the_worst_names_fit_and_bring_no_second_link(name: str, tenant: str, locale: str) -> None:
    url = url_of_length(120)
    body = link_text(sms_message(name=name, tenant=replace(ACME, name=tenant), url=url, locale=locale))

    assert_one_clean_segment(body)
    assert body.endswith(url)
    assert body.count("://") == 1


def test_a_name_cannot_become_a_link_by_being_spelled() -> None:
    body = link_text(sms_message(name="http\u2236\u2044\u2044evil.com", url=url_of_length(60)))

    assert body.count("://") == 1


@given(
    name=st.none() | st.text(max_size=80),
    tenant=st.text(max_size=80),
    title=st.none() | st.text(max_size=80),
    kind=st.sampled_from(Kind),
    occasion=st.sampled_from(Occasion),
    locale=st.sampled_from(["en", "es"]),
    length=st.integers(60, 160),
    own=st.dictionaries(
        st.sampled_from(["process.sms", "es.process.sms_short", "link.sms_bare"]), st.text(max_size=99)
    ),
)
def test_every_message_is_one_segment_with_one_whole_link(  # noqa: PLR0913 - fields of a message
    *,
    name: str | None,
    tenant: str,
    title: str | None,
    kind: Kind,
    occasion: Occasion,
    locale: str,
    length: int,
    own: dict[str, str],
) -> None:
    body = link_text(
        sms_message(
            name=name,
            tenant=replace(ACME, name=tenant, texts=own),
            title=title,
            kind=kind,
            occasion=occasion,
            locale=locale,
            url=url_of_length(length),
        )
    )

    assert_one_clean_segment(body)
    assert url_of_length(length) in body
    assert body.count("://") == 1


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "042917 is your one-time code. It works for 10 minutes. Never share it."),
        ("es", "042917 es su codigo de un solo uso. Vale 10 minutos. No lo comparta."),
    ],
)
def test_a_code_ends_with_the_line_that_browsers_read(locale: str, words: str) -> None:
    body = code_text(code_message(channel=Channel.SMS, locale=locale))

    assert body == f"Acme Savings Bank: {words}\n@{HOST} #042917"


@given(tenant=st.text(max_size=80), host=st.integers(4, 110), digits=st.sampled_from([6, 8]))
def test_a_code_is_one_segment_with_its_browser_line(tenant: str, host: int, digits: int) -> None:
    code = "1" * digits
    body = code_text(code_message(tenant=replace(ACME, name=tenant), host="h" * host, code=code))

    assert septets(body) <= 160
    assert body.endswith(f"\n@{'h' * host} #{code}")
    assert body.count("\n") == 1


def test_a_code_whose_browser_line_does_not_fit_is_an_error() -> None:
    with pytest.raises(SegmentOverflow):
        code_text(code_message(host="h" * 150))


def assert_one_clean_segment(body: str) -> None:
    assert septets(body) <= 160
    assert not any(unicodedata.category(char) == "Cc" for char in body)
