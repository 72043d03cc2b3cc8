"""A customer and an agent see and hear each other, each in a browser of their own, or go on in writing."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from linkgate.usecases.history.timeline import timeline_of
from tests.browser.test_meeting import write
from tests.browser.test_pages import HEAVIEST_WITH_CALLS, violations
from tests.support.meeting import CONNECTED, SOON, THROUGH, fault, state, talk, use

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Response

    from tests.support.meeting import Meeting

    Meet = Callable[..., Meeting]

ROOM = 4
"""Multiple of the figures of docs/live.md that a busy machine may take. They hold on a quiet one."""
SIGNALLING = {"sdp", "ice", "media", "relay", "ice-servers"}


only_english = pytest.mark.parametrize("portal", ["en"], indirect=True)


@only_english
def test_both_see_each_other_soon_after_the_accept(meet: Meet, record_property: Callable[[str, object], None]) -> None:
    meeting = meet()
    use(meeting.customer)
    expect(state(meeting.customer)).to_contain_text("Nobody sees or hears you until somebody is here", timeout=SOON)
    began = time.monotonic()
    meeting.accept()
    use(meeting.desk)
    for page in meeting.pages:
        expect(state(page)).to_have_text(CONNECTED, timeout=SOON)
    took = time.monotonic() - began

    for page in meeting.pages:
        decoded = "document.querySelector('.theirs').getVideoPlaybackQuality().totalVideoFrames"
        first = page.evaluate(decoded)
        page.wait_for_timeout(500)
        assert page.evaluate(decoded) > first
    signalling = [(way, frame["t"]) for way, frame in meeting.frames if frame.get("t") in SIGNALLING]
    record_property(
        "measured", f"accept to both decoding: {took:.2f} s; signalling: {len(signalling)} messages, both ways"
    )
    assert took < 5 * ROOM
    assert len(signalling) <= 20
    meeting.end()
    for page in meeting.pages:
        assert page.evaluate("document.querySelector('.own').srcObject") is None
    assert recorded(meeting) == [
        ("session.waiting", None),
        ("session.joined", "video"),
        ("session.ended", "video"),
    ]


def recorded(meeting: Meeting) -> list[tuple[str, Any]]:
    """Return what the timeline says of calls, and the media that it names."""
    meeting.portal.cloud.settle()
    link = wiring.deps().links.get(meeting.customer.url.rpartition("/")[2])
    assert link is not None
    facts = [entry.fact for entry in timeline_of(link, wiring.deps())]
    return [(fact.kind, json.loads(fact.details).get("media")) for fact in facts if fact.kind.startswith("session.")]


@only_english
def test_a_device_that_is_off_is_named_at_the_other_side(meet: Meet) -> None:
    meeting = meet()
    talk(meeting)
    customer, desk = meeting.pages
    customer.get_by_role("button", name="Mute").click()
    expect(desk.locator(".note")).to_have_text("Abraham has the microphone off.", timeout=SOON)
    customer.get_by_role("button", name="Stop camera").click()
    expect(desk.locator(".note")).to_have_text(
        "Abraham has the camera off. Abraham has the microphone off.", timeout=SOON
    )
    customer.get_by_role("button", name="Unmute").click()
    customer.get_by_role("button", name="Start camera").click()
    expect(desk.locator(".note")).to_have_text("", timeout=SOON)

    # A phone pauses the camera of a page in the background.
    muted = "document.querySelector('.own').srcObject.getVideoTracks()[0].dispatchEvent(new Event('{}'))"
    customer.evaluate(muted.format("mute"))
    expect(fault(customer)).to_have_text("Your camera is paused.")
    customer.evaluate(muted.format("unmute"))
    expect(fault(customer)).to_have_text("")

    desk.get_by_role("button", name="Stop and only write").click()
    expect(state(customer)).to_contain_text("Eva has no camera or microphone on", timeout=SOON)
    desk.get_by_role("button", name="Use camera or microphone").click()
    use(desk, "audio")
    expect(state(customer)).to_have_text("Sound is connected.", timeout=SOON)
    expect(state(desk)).to_have_text(CONNECTED, timeout=SOON)


@only_english
def test_a_page_that_is_read_again_connects_again(meet: Meet) -> None:
    meeting = meet()
    talk(meeting)
    for page, other in (meeting.pages, meeting.pages[::-1]):
        page.reload()
        expect(state(other)).to_contain_text("no camera or microphone on", timeout=SOON)
        use(page)
        for each in meeting.pages:
            expect(state(each)).to_have_text(CONNECTED, timeout=SOON)


@only_english
def test_messages_that_overtake_each_other_do_no_harm(meet: Meet) -> None:
    meeting = meet()
    meeting.accept()
    customer, desk = meeting.pages
    # Each side's message about its devices and its description come after its addresses.
    disturb(meeting, "swap", 2)
    use(customer)
    expect(state(desk)).to_have_text("Abraham has a camera or microphone on.", timeout=SOON)
    disturb(meeting, "swap", 2)
    use(desk)

    for page in meeting.pages:
        expect(state(page)).to_have_text(CONNECTED, timeout=SOON)


LATE_OFFERS = """() => { const root = document.getElementById('live'), send = root.live.send; window.offers = new Set();
  root.live.send = frame => { if (frame.kind === 'offer') window.offers.add(frame.n); return send(frame); };
  root.addEventListener('sdp', event => {
    if (event.detail.kind !== 'offer' || event.detail.late) return;
    event.stopImmediatePropagation();
    const again = () => root.dispatchEvent(new CustomEvent('sdp', {detail: {...event.detail, late: true}}));
    setTimeout(again, 1500);
  }, {capture: true}); }"""


@only_english
def test_two_who_press_at_once_with_other_devices_connect_at_the_first_try(meet: Meet) -> None:
    meeting = meet()
    meeting.accept()
    customer, desk = meeting.pages
    desk.evaluate(LATE_OFFERS)
    use(customer)
    expect(customer.locator(".devices")).to_be_visible(timeout=SOON)
    use(desk, "audio")

    expect(state(customer)).to_have_text("Sound is connected.", timeout=SOON)
    expect(state(desk)).to_have_text(CONNECTED, timeout=SOON)
    assert desk.evaluate("window.offers.size") == 1


@only_english
def test_a_lost_answer_is_made_up_for(meet: Meet) -> None:
    meeting = meet()
    meeting.desk.clock.install()
    use(meeting.customer)
    meeting.accept()
    expect(state(meeting.desk)).to_have_text("Abraham has a camera or microphone on.", timeout=SOON)
    disturb(meeting, "drop", 2)
    use(meeting.desk)
    expect(state(meeting.desk)).to_contain_text("being connected", timeout=SOON)
    meeting.desk.clock.run_for(9000)
    meeting.desk.clock.resume()

    for page in meeting.pages:
        expect(state(page)).to_have_text(CONNECTED, timeout=SOON)


@only_english
def test_where_sockets_are_blocked_both_see_each_other_all_the_same(meet: Meet) -> None:
    meeting = meet(prepare=lambda made: made.customer.route_web_socket("**/live", lambda socket: socket.close()))
    use(meeting.customer)
    meeting.accept()
    use(meeting.desk)

    for page in meeting.pages:
        expect(state(page)).to_have_text(CONNECTED, timeout=2 * SOON)
    for page, other, text in ((*meeting.pages, "Can you hear me?"), (*meeting.pages[::-1], "Yes, I can.")):
        write(page, text)
        expect(other.locator(".lines")).to_contain_text(text, timeout=SOON)
    meeting.end()
    expect(meeting.customer.locator(".call")).to_contain_text("This conversation has ended", timeout=SOON)


@only_english
def test_a_customer_who_is_put_through_sees_the_next_agent(meet: Meet) -> None:
    meeting = meet()
    talk(meeting)
    meeting.desk.locator(".to").select_option("desk")
    expect(meeting.customer.locator(".call")).to_contain_text(
        "You are being put through to Customer service", timeout=SOON
    )
    expect(state(meeting.customer)).to_contain_text("Nobody sees or hears you", timeout=SOON)
    meeting.accept()
    use(meeting.desk)

    for page in meeting.pages:
        expect(state(page)).to_have_text(CONNECTED, timeout=SOON)


def disturb(meeting: Meeting, error: str, times: int) -> None:
    meeting.portal.cloud.post("/_local/faults", {"service": "sockets", "error": error, "times": times})


REFUSALS = {
    "NotAllowedError": "Your browser does not let this page use the camera or the microphone.",
    "NotFoundError": "No such camera or microphone was found.",
    "NotReadableError": "The camera or the microphone is used by another program",
    "OverconstrainedError": "This camera or microphone does not work here.",
    "SecurityError": "The security settings here do not allow camera and microphone.",
}
REFUSED = """name => { navigator.mediaDevices.getUserMedia = async wanted => {
  (window.wanted ??= []).push(wanted); throw new DOMException('', name); }; }"""


@only_english
def test_each_refusal_of_a_device_has_its_words_and_the_call_goes_on(meet: Meet) -> None:
    meeting = meet(customer={})
    meeting.accept()
    customer, desk = meeting.pages
    expect(customer.locator(".choose .lead")).to_contain_text("You can also talk to Eva.", timeout=SOON)
    expect(customer.locator(".choose")).to_contain_text("Nothing is recorded. A direct connection shows each side's IP")
    use(customer)
    expect(fault(customer)).to_contain_text(REFUSALS["NotAllowedError"], timeout=SOON)
    for name, text in REFUSALS.items():
        customer.evaluate(REFUSED, name)
        use(customer)
        expect(fault(customer)).to_contain_text(text, timeout=SOON)
    assert customer.evaluate("window.wanted.filter(each => each.audio === true && each.video === true).length") == 1
    customer.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    use(customer)
    expect(fault(customer)).to_contain_text("This browser cannot use camera or microphone", timeout=SOON)

    write(customer, "I am here all the same")
    expect(desk.locator(".lines")).to_contain_text("I am here all the same", timeout=SOON)
    meeting.end()
    assert recorded(meeting)[1:] == [("session.joined", None), ("session.ended", "text")]


@only_english
def test_where_no_way_leads_to_the_other_the_call_goes_on_in_writing(meet: Meet) -> None:
    meeting = meet()
    customer, desk = meeting.pages
    for page in meeting.pages:
        page.evaluate("() => { RTCPeerConnection.prototype.addIceCandidate = async () => {}; }")
        page.clock.install()
    use(customer)
    expect(state(customer)).to_contain_text("You are ready", timeout=SOON)
    meeting.accept()
    use(desk)
    expect(state(desk)).to_contain_text("being connected", timeout=SOON)
    for _ in range(50):
        for page in meeting.pages:
            page.clock.run_for(2000)
            page.wait_for_timeout(20)
        if all(state(page).text_content() == THROUGH for page in meeting.pages):
            break
    for page in meeting.pages:
        expect(state(page)).to_have_text(THROUGH)
        expect(page.get_by_role("button", name="Camera and microphone")).to_be_visible()
        page.clock.resume()

    write(customer, "Go on here")
    expect(desk.locator(".lines")).to_contain_text("Go on here", timeout=SOON)
    meeting.end()
    assert recorded(meeting)[1:] == [("session.joined", "video"), ("session.ended", "text")]


@pytest.mark.parametrize("over", ["a socket", "the direct connection"])
@only_english
def test_what_is_typed_is_read_while_it_is_typed(
    over: str, meet: Meet, record_property: Callable[[str, object], None]
) -> None:
    meeting = meet()
    if over == "a socket":
        meeting.accept()
    else:
        talk(meeting)
    customer, desk = meeting.pages
    box, other = customer.get_by_label("Your message"), desk.locator(".writing")
    expect(customer.locator(".shows")).to_be_checked()
    other.evaluate("""line => { window.seen = {}; new MutationObserver(() => {
        for (const text of line.textContent.matchAll(/#(\\d+)/g)) window.seen[text[1]] ??= Date.now(); }
        ).observe(line, {childList: true}); }""")
    typed = box.evaluate("""async box => { const typed = {};
        for (let number = 0; number < 30; number += 1) {
          box.value += `#${number}`;
          typed[number] = Date.now();
          box.dispatchEvent(new Event('input'));
          await new Promise(done => setTimeout(done, 70));
        }
        return typed; }""")
    expect(other).to_contain_text("Abraham is writing: #0#1", timeout=SOON)
    expect(other).to_contain_text("#29", timeout=SOON)
    seen = desk.evaluate("window.seen")
    took = sorted(seen[number] - typed[number] for number in typed)
    record_property("measured", f"live text over {over}: p50 {took[15]} ms, p95 {took[28]} ms")
    assert took[28] < 500 * ROOM

    customer.get_by_role("button", name="Send message").click()
    expect(desk.locator(".lines")).to_contain_text("#29", timeout=SOON)
    expect(other).to_have_text("", timeout=SOON)
    box.press_sequentially("Hi")
    expect(other).to_have_text("Abraham is writing: Hi", timeout=SOON)
    customer.locator(".shows").uncheck()
    expect(other).to_have_text("", timeout=SOON)


@only_english
def test_a_screen_reader_hears_words_and_not_letters(meet: Meet) -> None:
    meeting = meet()
    meeting.accept()
    customer, desk = meeting.pages
    desk.clock.install()
    customer.get_by_label("Your message").press_sequentially("Good morning")
    expect(desk.locator(".writing")).to_contain_text("Good morning", timeout=SOON)
    spoken = desk.locator("#live > .spoken")
    desk.clock.run_for(1500)
    expect(spoken).not_to_contain_text("Good")

    desk.clock.run_for(6000)

    expect(spoken).to_have_text("Abraham is writing: Good morning")
    assert desk.locator(".writing").evaluate("line => line.closest('[aria-live], [role=status], [role=log]')") is None


def test_a_call_with_pictures_is_accessible_and_light(meet: Meet, axe: str) -> None:
    meeting = meet()
    sizes: dict[str, int] = {}

    def weigh(response: Response) -> None:
        sizes[response.url] = len(response.body())

    for page in meeting.pages:
        page.on("response", weigh)
        page.reload()
        expect(page.locator("#live")).to_be_visible(timeout=SOON)
        page.set_viewport_size({"width": 320, "height": 640})
    customer, desk = meeting.pages
    expect(customer.locator(".choose")).to_be_visible(timeout=SOON)
    assert violations(customer, axe) == []
    customer.locator(".choose [value=video]").focus()
    customer.keyboard.press("Enter")
    expect(customer.locator(".mute")).to_be_focused(timeout=SOON)
    meeting.accept()
    desk.locator(".choose [value=video]").press("Enter")
    for page in meeting.pages:
        expect(page.locator(".theirs:not(.quiet)")).to_be_visible(timeout=SOON)
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.locator(".theirs").get_attribute("aria-label")
        assert page.locator(".own").evaluate("video => video.muted && video.playsInline")
    assert sum(sizes.values()) <= 2 * HEAVIEST_WITH_CALLS
