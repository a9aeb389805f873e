"""A search is kept for its session alone, and not for long."""

from dataclasses import dataclass

from tests.web.conftest import NUMBER, Panel
from web.lists import kept
from web.lists.kept import KEPT_SECONDS, MOST_KEPT, MOST_SESSIONS, UNUSED_SECONDS, KeptAnswers

ASKED = {"text": (NUMBER,)}


@dataclass
class Seconds:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_only_its_session_finds_it_and_only_as_what_it_is() -> None:
    searches = KeptAnswers(Seconds())
    name = searches.keep("one", "calls", ASKED)
    assert searches.find("one", "calls", name) == ASKED
    assert searches.find("another", "calls", name) is None
    assert searches.find("one", "audit", name) is None
    assert searches.find("one", "calls", name[:-1]) is None
    assert NUMBER not in name


def test_it_ends_with_the_session_and_after_a_while() -> None:
    seconds = Seconds()
    searches = KeptAnswers(seconds)
    searches.keep("gone", "calls", ASKED)
    searches.forget_session("gone")
    old = searches.keep("used", "calls", ASKED)
    searches.keep("left alone", "calls", ASKED)
    assert len(searches) == 2
    for _ in range(int(KEPT_SECONDS // UNUSED_SECONDS) + 1):
        seconds.now += UNUSED_SECONDS
        searches.touch("used")
    assert searches.find("used", "calls", old) is None
    seconds.now += UNUSED_SECONDS + 1
    searches.sweep()
    assert len(searches) == 0


def test_it_does_not_grow_without_end() -> None:
    searches = KeptAnswers(Seconds())
    names = [searches.keep("one", "calls", ASKED) for _ in range(MOST_KEPT + 1)]
    assert searches.find("one", "calls", names[0]) is None
    assert searches.find("one", "calls", names[1]) == ASKED
    for number in range(MOST_SESSIONS):
        searches.keep(str(number), "calls", ASKED)
    assert len(searches) <= MOST_SESSIONS
    assert searches.find("one", "calls", names[1]) is None


def test_a_logout_and_a_session_that_ended_forget_what_was_searched(panel: Panel) -> None:
    browser = panel.log_in()
    found = browser.find("/calls", text=NUMBER)
    assert "0 calls" in found.text
    assert len(kept.of(panel.app)) == 1
    browser.send("/logout")
    assert len(kept.of(panel.app)) == 0
    browser = panel.log_in()
    browser.find("/calls", text=NUMBER)
    panel.box.clock.advance(16 * 60)
    browser.get("/calls")
    assert len(kept.of(panel.app)) == 0


def test_another_persons_or_an_old_search_shows_everything_and_says_so(panel: Panel) -> None:
    panel.record()
    where = panel.log_in().send("/calls", text="Zenobia").headers["Location"]
    page = panel.log_in("Pola Officer").get(where).text
    assert "That search has ended" in page
    assert "1 call" in page
    assert "Zenobia" not in page
    for poison in ("x" * 5000, "%00", "../..", "é"):
        assert panel.log_in().get(f"/calls?search={poison}").status_code == 200
