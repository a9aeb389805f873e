"""Look at calls and knock at pages that are not one's own: all of it is on record first.

Each test goes through the real panel in front of a real keeper.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import Refused
from appliance.keeper.audit.lines import months, readable
from appliance.keeper.audit.tally import MOST
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.link.requests.audit import TellDenied
from tests.deep import spread
from tests.keeper.boxes import OWNER
from tests.web.conftest import CALLER, NUMBER, PEOPLE, Browser, Panel, serve, set_up_box
from tests.web.routes import ANYBODY, ROUTES, go

LENA = "Lena Listener"


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a box that is set up."""
    yield from serve(set_up_box(tmp_path))


def entries(panel: Panel, *types: str) -> list[tuple[str, str | None]]:
    """Return type and recording, or else detail, of entries of some types."""
    said = [entry for entry, _ in readable(panel.box.folders.audit) if entry.type in types]
    return [(entry.type, entry.rid or entry.detail) for entry in said]


def failing(call: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.usefixtures("nothing_read")
@pytest.mark.parametrize("name", spread(list(PEOPLE), 2))
def test_every_page_that_is_refused_for_a_role_is_on_record(panel: Panel, name: str) -> None:
    browser = panel.log_in(name)
    closed = [r for r in ROUTES.values() if r.roles is not ANYBODY and not r.roles & PEOPLE[name]]
    assert len(closed) > 5
    for route in closed:
        before = len(entries(panel, "denied"))
        assert go(browser, route, "ab" * 16).status_code == 403, route.path
        assert len(entries(panel, "denied")) == before + 1, route.path


@pytest.mark.usefixtures("nothing_read")
def test_a_refusal_that_cannot_be_recorded_is_no_answer(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = panel.log_in(LENA)
    assert browser.get("/people").status_code == 403
    monkeypatch.setattr("appliance.keeper.audit.writer.os.fdatasync", failing)
    answer = browser.get("/people")
    assert answer.status_code == 500
    assert "nothing was done" in answer.text


@pytest.mark.usefixtures("nothing_read")
def test_repeated_refusals_have_twenty_entries_an_hour_and_a_count(panel: Panel) -> None:
    browser = panel.log_in(LENA)
    for _ in range(MOST + 7):
        assert browser.get("/people").status_code == 403
    assert len(entries(panel, "denied")) == MOST
    panel.box.clock.advance(3600)
    panel.box.keeper._box.tell_failures()
    newest = panel.box.newest()
    assert (newest.type, newest.detail, newest.count) == ("denied", "operators.list", 7)


@pytest.mark.usefixtures("nothing_read")
def test_nobody_invents_a_refusal(panel: Panel) -> None:
    token = panel.box.log_in(LENA)
    for operation in ("calls.list", "people.log_in", "lines.lend", "no.such", "Anna Nowak"):
        with pytest.raises(Refused) as caught:
            panel.box.ask(TellDenied(operation), token)
        assert caught.value.code == "not_denied"
    with pytest.raises(Refused) as caught:
        panel.box.ask(TellDenied("operators.list"))
    assert caught.value.code == "not_logged_in"
    assert entries(panel, "denied") == []


def test_a_look_at_a_call_is_recorded_once_a_session_and_call(panel: Panel) -> None:
    first, second = panel.record(), panel.record()
    browser = panel.log_in()
    for rid in (first, first, second, first):
        assert browser.get(f"/calls/{rid}").status_code == 200
    assert entries(panel, "viewed") == [("viewed", first), ("viewed", second)]
    assert panel.log_in().get(f"/calls/{first}").status_code == 200
    assert entries(panel, "viewed")[2:] == [("viewed", first)]


def test_finding_calls_is_recorded_once_a_session_and_search(panel: Panel) -> None:
    panel.record()
    browser = panel.log_in()
    for text in (NUMBER, NUMBER, CALLER, NUMBER):
        assert CALLER in browser.find("/calls", text=text).text
    assert entries(panel, "listed") == [("listed", None)] * 2
    for _ in range(3):
        browser.get("/calls")
    assert entries(panel, "listed") == [("listed", None)] * 3
    panel.log_in(LENA).find("/calls", text=NUMBER)
    assert len(entries(panel, "listed")) == 4


def test_no_search_is_in_the_audit(panel: Panel) -> None:
    panel.record()
    panel.log_in().find("/calls", text=CALLER)
    panel.log_in().find("/calls", text=NUMBER)
    log = b"".join(path.read_bytes() for path in months(panel.box.folders.audit))
    assert b'"type":"listed"' in log
    for word in (CALLER, "Anna", NUMBER, NUMBER[1:], NUMBER[3:]):
        assert word.encode() not in log


def test_nothing_is_shown_that_is_not_on_record(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = panel.record()
    browser = panel.log_in()
    monkeypatch.setattr("appliance.keeper.audit.writer.os.fdatasync", failing)
    for answer in (browser.get(f"/calls/{rid}"), browser.get("/calls")):
        assert answer.status_code == 500
        assert NUMBER not in answer.text
        assert CALLER not in answer.text


@pytest.mark.parametrize(("way", "type"), [("get", "viewed"), ("search", "listed")])
def test_the_entry_is_on_the_disk_before_the_catalogue_is_asked(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, way: str, type: str
) -> None:
    rid = panel.record()
    browser = panel.log_in()
    seen: list[bool] = []
    for name in ("get", "search"):
        watch(monkeypatch, name, lambda: seen.append(bool(entries(panel, type))))
    assert look(browser, way, rid).status_code == 200
    assert seen
    assert all(seen)


def watch(monkeypatch: pytest.MonkeyPatch, name: str, seen: Any) -> None:
    """Call ``seen`` whenever the catalogue is asked."""
    real = getattr(Catalogue, name)

    def asked(self: Catalogue, *args: Any, **more: Any) -> Any:
        seen()
        return real(self, *args, **more)

    monkeypatch.setattr(Catalogue, name, asked)


def look(browser: Browser, way: str, rid: str) -> Any:
    """Look at one call, or search."""
    return browser.get(f"/calls/{rid}") if way == "get" else browser.find("/calls", text=NUMBER)


def test_a_call_that_is_not_there_is_a_failed_look_and_the_next_one_counts(panel: Panel) -> None:
    rid = "ab" * 16
    browser = panel.log_in(OWNER)
    for _ in range(2):
        assert browser.get(f"/calls/{rid}").status_code == 404
    assert entries(panel, "viewed", "failed") == [("viewed", rid), ("failed", rid)] * 2
