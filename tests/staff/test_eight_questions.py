"""The eight questions of customers on the phone, each answered at the console in a given number of presses.

What the page says is what is told on the phone, and what was done is looked at from the customer's side. Without
JavaScript, in English and Spanish.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.support.customers import ANSWER, BOTH, signed_in
from tests.support.eight_questions import ACTS, QUESTIONS, REMEDIES
from tests.support.staff_hands import Hands

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

MACHINE_TIME = 1.0
"""Most CPU seconds of a journey, from the search to the answer."""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_customers_question_is_answered(
    name: str, language: str, site: Cloud, record_property: Callable[[str, object], None]
) -> None:
    question = QUESTIONS[name]
    customer = question.state(site)
    hands = Hands(signed_in(site, question.person, language))

    began = time.process_time()
    hands.find(question.searched(customer))
    told = hands.reads
    if question.act:
        question.act(hands, customer)
    took = time.process_time() - began
    record_property("measured", f"{name}: {took:.2f} s of machine time")

    assert [each for each in question.told[language] if each not in told] == []
    assert hands.presses == question.presses
    assert took <= MACHINE_TIME
    if question.done:
        assert hands.text(question.done) in hands.reads
    if question.person == BOTH:
        assert ANSWER in hands.reads
    question.after(customer, hands.rid)


@pytest.mark.parametrize("name", REMEDIES)
def test_only_what_helps_is_offered_and_it_reaches_the_customer(name: str, site: Cloud) -> None:
    state, offered, act, presses, after = REMEDIES[name]
    customer = state(site)
    hands = Hands(signed_in(site, "Sam Support", "en"))

    hands.find(customer.rid)
    seen = hands.can_press()
    act(hands, customer)

    beginnings = {key: hands.text(key, channel="").rstrip() for key in ACTS}
    assert {key for key, said in beginnings.items() if any(each.startswith(said) for each in seen)} == offered
    assert hands.presses == presses
    after(customer, hands.rid)
