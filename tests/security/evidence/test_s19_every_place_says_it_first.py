"""Forgeries that a page could help with: a call that was none is shown first as none.

The places are found, not listed: every address of the panel is asked, and every line of a page that
names a call, by its id, caller or time, has to say before that its line was no telephone line. Of
a real call no line says so. What became of an erased call nobody can tell; then the page says that.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask_babel import force_locale
from werkzeug.test import TestResponse

from appliance.clock import HOUR
from appliance.language import LANGUAGES, translated
from appliance.model.records import Unreal
from appliance.model.sentences import heard
from appliance.model.sentences.heard import unreal_badge, unreal_sentence
from tests import samples
from tests.keeper.boxes import OWNER
from tests.web.conftest import PEOPLE, Browser, Panel, serve, set_up_box
from tests.web.lists.test_several import ERASE, HOLD, chosen, settle
from tests.web.routes import GETS, POSTS, RID, Route, go
from web.words import formats

KINDS: dict[str, Unreal] = {
    "usb": "",
    "onboard": "",
    "network": "",
    "virtual": "virtual",
    "simulated": "simulated",
    "one device virtual": "virtual",
    "one part virtual": "virtual",
}
"""How a line was heard -> what is to be said of its calls."""

NAMES = dict(zip(KINDS, ("Ula", "Olaf", "Nina", "Wanda", "Sonja", "Marek", "Tekla"), strict=True))
"""The caller of each."""

PLACES = {
    *("/", "/news", "/calls", "/calls/<recording>", "/calls/<recording>/proof"),
    *("/calls/<recording>/erase", "/calls/<recording>/hold", "/calls/chosen/erase"),
    *("/calls/chosen/hold", "/calls/chosen/hand-over", "/silences", "/audit", "/erase-all"),
}
"""Places that surely name calls, so that a walk that finds none fails."""

GONE = (heard.CERTIFIES_ERASURE_ALONE, heard.LOG_NAMES_NO_DEVICE)
"""What a page says that names an erased call."""


@dataclass(frozen=True)
class Known:
    """A call, and by what a reader knows it."""

    rid: str
    kind: Unreal
    tags: tuple[str, ...]


class Lines(HTMLParser):
    """The text of a page, a line for each row, item or paragraph."""

    BREAKS = frozenset(
        "li tr p h1 h2 h3 article section div form ul ol dl fieldset label legend title br".split()
    )

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._hidden += tag in {"script", "style"}
        if tag in self.BREAKS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"}
        if tag in self.BREAKS:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data.replace("\n", " "))


def lines_of(page: str) -> list[str]:
    parser = Lines()
    parser.feed(page)
    return [" ".join(line.split()) for line in "".join(parser.text).split("\n") if line.strip()]


def marks(kind: Unreal, language: str = "en") -> tuple[str, ...]:
    return unreal_sentence(kind, language), unreal_badge(kind, language)


MARKS = tuple(mark for kind in heard.UNREAL_SENTENCES for mark in marks(kind))


def record(panel: Panel, monkeypatch: pytest.MonkeyPatch, how: str, at: int) -> Known:
    """Record a call whose line was heard like this, at a time of its own."""
    name, number = NAMES[how], f"+4822123{4500 + at}"
    said: dict[str, Any] = {
        "name": name,
        "call": f"{at:016x}",
        "started_at": panel.box.clock.now() - 9 * HOUR + at * 660,
    }
    rids = []
    buses: list[tuple[Any, bool]] = [("virtual" if "virtual" in how else how, " " not in how)]
    if how == "one part virtual":
        buses.insert(0, ("usb", True))
    for bus, every in buses:
        monkeypatch.setattr(samples, "RULE", samples.rule_of(bus, every=every))
        rids.append(panel.record(number=number, **said))
        said["recording_at_ms"] = 60_000
    times = [show(said["started_at"]) for show in (formats.minute, formats.moment)]
    shown = formats.number(number)
    return Known(rids[0], KINDS[how], (*(rid[:8] for rid in rids), name, shown, *times))


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    yield from serve(set_up_box(tmp_path))


@pytest.fixture
def calls(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> list[Known]:
    """One call of each kind: held, handed to an authority in silence; the clock then goes on."""
    with panel.app.test_request_context(), force_locale("en"):
        made = [record(panel, monkeypatch, how, at) for at, how in enumerate(KINDS)]
    panel.box.clock.advance(HOUR)
    browser = panel.log_in(OWNER)
    day = "2027-05-01"
    paper = {"recipient": "authority", "words": "KMP", "silent_until": day, **samples.PAPER}
    for call in made:
        answer = browser.send(f"/calls/{call.rid}/hand-over", **paper)
        assert answer.data.startswith(b"PK"), answer.text
        assert browser.send(f"/calls/{call.rid}/hold", **HOLD).status_code == 303
    several = chosen(browser, "copies", *(call.rid for call in made))
    assert browser.send("/calls/chosen/hand-over", chosen=several, **paper).data[:2] == b"PK"
    return made


def unmarked(page: str, calls: Iterable[Known], *, of: str = "") -> Iterator[tuple[str, str]]:
    """Yield each line that names a call and does not say first what it was, or says it wrongly.

    Args:
        page: as it was sent.
        calls: that are here.
        of: the call that the whole page is about.
    """
    told = False
    for line in lines_of(page):
        for call in calls:
            at = min((line.find(tag) for tag in call.tags if tag in line), default=-1)
            if at < 0:
                continue
            before = any(mark in line[:at] for mark in marks(call.kind) if mark)
            if call.kind and not before and not (told and call.rid == of):
                yield call.kind, line
            if not call.kind and any(mark in line for mark in MARKS):
                yield "real", line
        told = told or any(line == unreal_sentence(call.kind, "en") for call in calls if call.kind)


def asked(browser: Browser, route: Route, rid: str, several: str) -> TestResponse:
    """Take a route, with the calls that were chosen."""
    if route.method == "POST" or route.path.endswith("/events"):
        return go(browser, route, rid)
    return browser.get(f"{route.path.replace(RID, rid)}?chosen={several}")


def is_page(answer: TestResponse) -> bool:
    """Say whether a person reads it: no way to another page, nothing for a script alone."""
    return answer.mimetype == "text/html" and answer.status_code // 100 != 3


@pytest.mark.parametrize("name", [OWNER, *PEOPLE])
def test_every_page_says_it_first(panel: Panel, calls: list[Known], name: str) -> None:
    browser, seen = panel.log_in(name), set()
    several = ""
    if name in {OWNER, "Pola Officer"}:
        several = chosen(browser, "erase", *(call.rid for call in calls))
    of_call = calls if name == OWNER else calls[-1:]
    for route in GETS:
        for call in of_call if RID in route.path else calls[:1]:
            answer = asked(browser, route, call.rid, several)
            if not is_page(answer):
                continue
            about = call.rid if RID in route.path else ""
            assert list(unmarked(answer.text, calls, of=about)) == [], (route.path, call.kind)
            text = "\n".join(lines_of(answer.text))
            if any(tag in text for one in calls for tag in one.tags):
                seen.add(route.path)
    if name == OWNER:
        assert seen >= PLACES, PLACES - seen


def test_every_answer_to_a_form_says_it_first(panel: Panel, calls: list[Known]) -> None:
    for route in POSTS:
        answer = asked(panel.log_in(OWNER), route, calls[-1].rid, "")
        assert answer.data is not None, "what is sent piece by piece has ended"
        if is_page(answer):
            about = calls[-1].rid if RID in route.path else ""
            assert list(unmarked(answer.text, calls, of=about)) == [], route.path


def test_calls_that_an_erasure_leaves_say_it_first(panel: Panel, calls: list[Known]) -> None:
    browser = panel.log_in(OWNER)
    spare = panel.record()
    several = chosen(browser, "erase", spare, *(call.rid for call in calls))
    answer = browser.send("/calls/chosen/erase", chosen=several, **ERASE)
    assert f"{len(calls)} calls stay" in answer.text
    assert list(unmarked(answer.text, calls)) == []
    assert {call.rid for call in calls if NAMES["usb"] in answer.text} != set()


def test_pages_of_an_erased_call_say_that_they_do_not_tell(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with panel.app.test_request_context(), force_locale("en"):
        made = [record(panel, monkeypatch, how, at) for at, how in enumerate(KINDS)]
    browser = panel.log_in(OWNER)
    for call in made:
        assert browser.send(f"/calls/{call.rid}/erase", **ERASE).status_code == 303
    settle(panel)
    seen = set()
    for route in GETS:
        answer = asked(browser, route, made[-1].rid, "")
        page = html.unescape(answer.text)
        named = any(tag in "\n".join(lines_of(page)) for call in made for tag in call.tags)
        if is_page(answer) and named:
            assert any(said in page for said in GONE), route.path
            seen.add(route.path)
    assert seen >= {"/calls/erased", "/calls/<recording>/certificate", "/audit"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_names_of_files_say_it_first(panel: Panel, calls: list[Known], language: str) -> None:
    browser = panel.log_in(OWNER)
    browser.send("/language", language=language)
    beginnings: dict[Unreal, str] = {
        kind: translated(said, language) for kind, said in heard.UNREAL_FILES.items()
    }
    for call in calls:
        names = [
            named(browser.send(f"/calls/{call.rid}/export", format="wav")),
            named(browser.send(f"/calls/{call.rid}/proof", recipient="caller")),
        ]
        handed = browser.send(f"/calls/{call.rid}/hand-over", recipient="caller")
        with zipfile.ZipFile(io.BytesIO(handed.data)) as file:
            inside = [name for name in file.namelist() if name.endswith((".wav", ".jsonl"))]
            paper = html.unescape(file.read("proof.html").decode())
        names += [named(handed), *inside]
        for name in names:
            assert name.startswith(beginnings[call.kind]), name
            others = [one for kind, one in beginnings.items() if kind and kind != call.kind]
            assert not any(other in name for other in others), name
        said = [each for each in heard.UNREAL_SENTENCES if unreal_sentence(each, language) in paper]
        assert said == ([call.kind] if call.kind else [])


def named(answer: TestResponse) -> str:
    """Return the name of a file that was handed out."""
    assert answer.status_code == 200, answer.text
    told = answer.headers["Content-Disposition"]
    plain = re.search(r"filename=\"?([^\";]+)", told)
    if plain is not None:
        return plain[1]
    return unquote(told.partition("filename*=UTF-8''")[2])
