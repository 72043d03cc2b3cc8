"""Pages speak the reader's language: their own choice, then what is said about them, then the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.visitor import Visitor, parts, process_link

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

SPANISH = "es-MX,es;q=0.9"


def test_a_browser_wins_over_the_tenants_language(cloud: Cloud) -> None:
    rid, _ = parts(process_link(cloud))

    assert '<html lang="es">' in Visitor(cloud, language=SPANISH).get(f"/l/{rid}").text
    assert '<html lang="en">' in Visitor(cloud).get(f"/l/{rid}").text


def test_the_choice_lasts_and_brings_the_secret_along(cloud: Cloud) -> None:
    url, visitor = process_link(cloud), Visitor(cloud)
    rid, secret = parts(url)

    page = visitor.post(f"/l/{rid}/language", {"language": "es", "secret": secret})

    assert (page.status, '<html lang="es">' in page.text) == (200, True)
    assert f'value="{secret}"' in page.text
    assert '<html lang="es">' in visitor.get(f"/l/{rid}").text
    visitor.open(url)
    assert '<html lang="es">' in visitor.get(f"/v/{rid}").text


def test_another_language_loses_no_answer(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    visitor.open(process_link(cloud))
    rid = visitor.thing.split("/")[2]

    chosen = visitor.post(f"{visitor.thing}/language", {"language": "es", "rid": rid, "/fullName": "Ana Díaz"})

    assert chosen.status == 303
    page = visitor.get(visitor.thing).text
    assert '<html lang="es">' in page
    assert "Ana Díaz" in page


def test_a_language_that_is_not_offered_changes_nothing(cloud: Cloud) -> None:
    rid, secret = parts(process_link(cloud))
    visitor = Visitor(cloud)

    for language in ("ar", "xx", "", "en\r\n"):
        refused = visitor.post(f"/l/{rid}/language", {"language": language, "secret": secret})
        assert (refused.status, list(refused.cookies)) == (422, [])
    assert '<html lang="en">' in visitor.get(f"/l/{rid}").text
