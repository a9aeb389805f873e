"""Bring the pages of a call into their states: played, going on, refused, at fault."""

from collections.abc import Iterator

from msgspec import structs
from playwright.sync_api import Page

from appliance.link.requests.live import LineLevel, OnLine
from appliance.model.demo_phone import PhoneNow, PhonesNow, Sounding, idle
from tests.browser.filled import ANNA, Filled
from tests.browser.places import play
from tests.web.pages.test_demo_phone import QUESTION


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    play(page, box)
    yield "player", page
    recorder, now = box.panel.recorder, box.panel.box.clock.now()
    quiet = recorder.status
    since = {"since": now - 42.0, "call_since": now - 70.0}
    recorder.people = (OnLine("Reception", "incoming", "known", ANNA, "Anna Żółć-Przykładowa"),)
    recorder.levels = (LineLevel("Reception", -18.2),)
    for state in ("asking", "recording", "paused"):
        recorder.status = structs.replace(
            quiet, state=state, recording=state == "recording", **since
        )
        yield f"home-{state}", _home(page, box, state)
    recorder.people, recorder.levels = (), ()
    for state in ("asking", "recording"):
        recorder.status = structs.replace(quiet, state=state, **since)
        recorder.phones_now = (_talking(asking=state == "asking"),)
        page.goto(box.url + "phone")
        page.locator("[data-party=caller] [data-key='1']:not([disabled])").wait_for()
        yield f"phone-{state}", page
    recorder.phones_now = (idle(0),)
    recorder.status = structs.replace(quiet, outcome="unrecorded", reason="refused")
    yield "home-refused", _home(page, box, "idle")
    recorder.status = structs.replace(quiet, state="fault")
    yield "home-fault", _home(page, box, "fault")
    recorder.status = quiet
    recorder.away = True
    page.goto(box.url)
    page.locator("#recorder-away:not([hidden])").wait_for()
    yield "home-recorder-away", page
    page.goto("about:blank")  # the page would load itself again
    recorder.away = False
    page.goto(box.url + "calls")
    for case in page.locator(".cases summary").all():
        case.click()
    yield "calls-cases", page


def _home(page: Page, box: Filled, state: str) -> Page:
    page.goto(box.url)
    page.locator(f"[data-line][data-state={state}]").wait_for()
    return page


def _talking(*, asking: bool) -> PhonesNow:
    asks = Sounding(
        id=7, kind="prompt", what=QUESTION.ref.sha256, by="box", began=4000, spoken="question"
    )
    phones = tuple(
        PhoneNow(
            party=party,
            state="talking",
            display=ANNA if party == "office" else "",
            hears=(asks,) if asking else (),
            may=("hang_up", "key", "talk"),
        )
        for party in ("caller", "office")
    )
    return PhonesNow(at=8000, phones=(*phones, PhoneNow(party="third", may=("call",))))
