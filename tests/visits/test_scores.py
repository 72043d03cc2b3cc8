"""The score that a survey begins with: in its mail and on its landing page. Following a link answers nothing."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import cli
from cli.located_yaml import read_documents
from linkgate import wiring
from linkgate.model.tenant import Campaign
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.form_rules import faults_of
from local import demo
from tests.support.form_posts import sent_by
from tests.support.vendor_calls import SURVEY
from tests.support.visitor import Visitor, link_in, outbox, words
from tests.visits.test_steps import recorded

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

SCORE = {"type": "integer", "minimum": 0, "maximum": 10, "title": "Would you recommend us?", "x-control": "nps"}
SCHEMA = {"type": "object", "required": ["score"], "properties": {"score": SCORE, "why": {"type": "string"}}}


def survey(cloud: Cloud, schema: dict[str, Any] | None = None) -> str:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    campaign = Campaign(str(SURVEY.body["campaign_name"]), "How did we do?", schema=schema or SCHEMA)
    tenants.put_definition(demo.DEMO.id, campaign)
    cloud.outbox.clear()
    assert SURVEY.make(cloud).status == SURVEY.status
    return link_in(cloud)


def test_the_mail_has_a_link_for_each_score_which_only_chooses_it(cloud: Cloud) -> None:
    url = survey(cloud)
    mail = outbox(cloud)[0]["html"]
    links = [unescape(each) for each in re.findall(r'href="([^"]*score=\d+)"', mail)]
    assert links == [f"{url}&score={number}" for number in range(11)]
    assert "Would you recommend us?" in mail
    assert "Not at all likely" in mail
    assert re.findall(r"https\S*score=\d+", outbox(cloud)[0]["text"]) == links

    visitor = Visitor(cloud)
    rid, secret = links[9].rpartition("/")[2].split("#")
    visitor.rid = rid
    opened = visitor.post(f"/l/{rid}", {"secret": secret, "score": "9"})
    page = visitor.get(opened.header("location")).text

    assert sent_by(page)["/score"] == ["9"]
    link = wiring.deps().links.get(rid)
    assert link
    assert wiring.deps().fields.of(link.master_rid) == {}
    # A robot that follows the link and presses every button does not answer.
    assert visitor.post(f"{visitor.thing}/submit", sent_by(page)).status == 422
    assert visitor.post(f"{visitor.thing}/submit", {**sent_by(page), "confirmed": "true"}).status == 303
    assert recorded(visitor) == {"score": 9}


def test_the_landing_page_asks_for_the_score_and_three_presses_answer(cloud: Cloud) -> None:
    url = survey(cloud)
    rid, secret = url.rpartition("/")[2].split("#")
    visitor = Visitor(cloud, rid=rid)
    landing = visitor.get(f"/l/{rid}").text
    assert re.findall(r'name="score" value="(\d+)"', landing) == [str(number) for number in range(11)]

    opened = visitor.post(f"/l/{rid}", {"secret": secret, "score": "0"})
    page = visitor.get(opened.header("location")).text
    sent = visitor.post(f"{visitor.thing}/submit", sent_by(page))

    assert (sent.status, recorded(visitor)) == (303, {"score": 0})


def test_a_survey_that_begins_with_something_else_shows_nothing_before_it_is_opened(cloud: Cloud) -> None:
    for first in ({"type": "string"}, {**SCORE, "minimum": -5, "maximum": 5, "x-control": "scale"}, {"enum": [1, 2]}):
        schema = {"type": "object", "properties": {"first": first, "score": SCORE}}
        url = survey(cloud, schema)
        assert "score=" not in outbox(cloud)[0]["html"]
        assert 'name="score"' not in Visitor(cloud).get(f"/l/{url.rpartition('/')[2].split('#')[0]}").text


@pytest.mark.parametrize("name", ["nps", "csat", "ces"])
def test_the_example_surveys_can_be_answered(cloud: Cloud, name: str) -> None:
    schema = read_documents(Path(cli.__file__).with_name(f"{name}.yaml"))[0].value["schema"]
    assert faults_of(schema) == []
    visitor = Visitor(cloud)
    page = visitor.see(survey(cloud, schema)).text
    first = re.findall(r'type="radio" id="[^"]*" name="(/[^"]*)"', page)[0]

    assert visitor.post(f"{visitor.thing}/submit", sent_by(page)).status == 422
    sent = visitor.post(f"{visitor.thing}/submit", {**sent_by(page), first: "3"})

    assert sent.status == 303, words(sent)
    assert recorded(visitor) == {first[1:]: 3}


def test_an_optional_answer_can_be_taken_back(cloud: Cloud) -> None:
    stars = {"type": "integer", "minimum": 1, "maximum": 5, "x-control": "stars", "title": "Stars"}
    visitor = Visitor(cloud)
    page = visitor.see(
        survey(cloud, {"type": "object", "properties": {"stars": stars, "why": {"type": "string"}}})
    ).text
    assert "No answer" in page
    assert "4 of 5" in page
    assert visitor.post(f"{visitor.thing}/draft", {**sent_by(page), "/stars": "4"}).status == 303
    page = visitor.get(visitor.thing).text
    assert sent_by(page)["/stars"] == ["4"]
    assert visitor.post(f"{visitor.thing}/draft", {**sent_by(page), "/stars": "", "/why": "x"}).status == 303
    assert sent_by(visitor.get(visitor.thing).text)["/stars"] == [""]
