"""Twelve drawn offices finish the wizard in a browser, up to a voice and a first call."""

import contextlib
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from appliance.config.words.vocabulary import Basis
from appliance.link.requests.trial import PlaceTrialCall
from tests.browser.box import chromium
from tests.browser.filled import enter_at, served
from tests.browser.wizard.person import Person
from tests.keeper.boxes import set_up
from tests.keeper.desks import words_of
from tests.keeper.handlers.words.test_speaking import PATIENCE
from tests.web.conftest import PEOPLE, Panel, serve
from tests.web.setup.answering import config
from tests.web.setup.conftest import FRESH
from tests.web.setup.offices import LANGUAGES, DrawnOffice, call, drawn, equip, voice
from tests.web.setup.test_everybody_finishes import IN_MAKE_TEST

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SHOWN = 12
OFFICES = {seed: drawn(random.Random(seed)) for seed in range(IN_MAKE_TEST)}


def traits(office: DrawnOffice) -> set[object]:
    """Return what an office has that others may not have."""
    return {
        *office.purposes.values(),
        *("own" for name in office.purposes if name == "own"),
        ("purposes", len(office.purposes)),
        ("languages", len(office.languages)),
        ("reader", office.reader),
        ("written", office.written),
    }


def varied() -> Iterator[int]:
    """Yield the seeds of the offices, first those with most that no other before them has."""
    left, seen = dict(OFFICES), set[object]()
    while left:
        seed = max(left, key=lambda each: len(traits(left[each]) - seen))
        seen |= traits(left.pop(seed))
        yield seed


CHOSEN = (*islice(varied(), SHOWN),)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a box whose owner has a password and a sheet, and nothing else."""
    yield from serve(set_up(tmp_path / "data", PEOPLE, seed_text=FRESH))


def test_the_chosen_offices_have_all_that_an_office_may_have() -> None:
    has = set[object]().union(*(traits(OFFICES[seed]) for seed in CHOSEN))
    assert has == set[object]().union(*map(traits, OFFICES.values()))
    assert {*Basis} <= {each for each in has if isinstance(each, str)}
    for most, what in ((4, "purposes"), (3, "languages")):
        assert {(what, count + 1) for count in range(most)} <= has
    assert {("reader", each) for each in LANGUAGES} <= has
    assert len([each for each in has if each[0] == "written"]) > 2  # type: ignore[index]


@pytest.mark.parametrize("seed", CHOSEN)
def test_a_drawn_office_finishes_by_labels_and_buttons(
    office: Panel, browser: Browser, seed: int
) -> None:
    who = OFFICES[seed]
    desk = equip(office, voice(who.pace))
    complaints: list[str] = []
    with served(office) as url, contextlib.closing(desk):
        page = enter_at(browser, url, locale=who.reader)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        person = Person(page, who)
        page.goto(f"{url}setup")
        person.begin()
        person.name_the_office()
        person.choose_the_line()
        purposes = person.say_why()
        person.have_it_spoken()
        assert words_of(office.box.keeper)._job.over.wait(PATIENCE)
        page.goto(f"{url}setup/words")
        person.work_alone()
        person.call()
        assert {*config(office).lines[0].purposes} == {*purposes}
        assert [type(each) for each in office.recorder.asked][-1:] == [PlaceTrialCall]
        assert call(office, who) == "recorded", who
        page.context.close()
    assert complaints == []
