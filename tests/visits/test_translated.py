"""A page in Spanish has no English words that the tenant has translated."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.form_posts import sent_by
from tests.support.portal import LOAN
from tests.support.visitor import Visitor, process_link
from tests.visits.test_steps import press

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud

OPENING = {
    "/purpose": "car",
    "/amount": "5",
    "/months": "12",
    "/taxNumber": "?",
    "/newsletter": "news",
    "/title": "Dr",
    "/tenure": "rent",
    "/since": "2025",
    "/work": "employed",
    "/debts": "true",
    "/iban": "?",
    "/score": "3",
    "/heard": "web",
    "/partner": "true",
}


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


def translated(part: object) -> Iterator[str]:
    """Yield every English text of a form that has a Spanish one beside it."""
    if isinstance(part, list):
        for each in part:
            yield from translated(each)
    if not isinstance(part, dict):
        return
    for name, spanish in part.get("x-i18n", {}).get("es", {}).items():
        word = {"message": "x-message", "enum": "x-enum-titles", "ends": "x-ends"}.get(name, name)
        yield from set(texts(part.get(word, part.get("enum", [])))) - set(texts(spanish))
    for name, inner in part.items():
        if name != "x-i18n":
            yield from translated(inner)


def english_in(page: str) -> set[str]:
    plain = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    shown = {html.unescape(each).strip() for each in re.split(r"<[^>]*>", plain)}
    return {each for each in translated(LOAN) if any(each == text or f"{each}:" in text for text in shown)}


def test_a_spanish_page_has_no_english_word_that_the_tenant_translated(cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("loan", "Apply for a loan", schema=LOAN))
    assert len({*translated(LOAN)}) > 50
    assert len(english_in(Visitor(cloud).see(process_link(cloud, processId="loan")).text)) > 5
    visitor = Visitor(cloud, language="es")
    page = visitor.see(process_link(cloud, {"customer": "C-1"}, processId="loan", locale="es")).text
    landed = visitor.get(f"/l/{visitor.rid}").text
    pages = [landed, page]
    for number in range(1, 6):
        page = visitor.get(f"{visitor.thing}?s={number}").text
        mine = {name[1:]: value for name, value in OPENING.items() if name in page}
        pages += [page, press(visitor, page, "next", **mine).text]
        press(visitor, page, "save", **mine)
        page = visitor.get(f"{visitor.thing}?s={number}").text
        pages += [page, press(visitor, page, "next").text]
    pages.append(visitor.get(f"{visitor.thing}?s=review").text)
    refused = visitor.post(f"{visitor.thing}/submit", sent_by(pages[-1]))
    assert refused.status == 422
    pages.append(refused.text)

    assert [english_in(each) for each in pages if english_in(each)] == []
    assert not [each for each in pages if "Apply for a loan" in each]
    assert all("Solicitar un préstamo" in each for each in (landed, page))
    assert "Escriba un importe entre 1000 y 60000." in refused.text
    assert "Préstamo 1" in pages[-2]
