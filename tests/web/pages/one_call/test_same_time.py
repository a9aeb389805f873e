"""Name a call by its own time wherever it is named, and by no other.

A certificate names its day alone, and no mail names a call.
"""

import io
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from babel.dates import get_timezone
from msgspec import structs

from appliance.clock import DAY
from appliance.commands.helpers import call_rows
from appliance.keeper.mail.letters import LetterKind, words_of
from appliance.link.requests.calls import ListCalls
from appliance.model.records import ListedCall
from appliance.vault.opening.entry import RecordingEntry
from tests.web.conftest import Panel
from tests.web.lists.test_several import copies, opened
from tests.web.pages.one_call.test_certificates import erase, records, settle
from web import language

WARSAW = "Europe/Warsaw"
POLA = "Pola Officer"
MOMENTS = {
    "an afternoon": ("2026-09-21 14:54:59", "21 Sept 2026, 16:54", "2026-09-21-1654", ""),
    "past midnight": ("2026-09-20 22:00:01", "21 Sept 2026, 00:00", "2026-09-21-0000", ""),
    "before midnight": ("2026-09-20 21:59:59", "20 Sept 2026, 23:59", "2026-09-20-2359", ""),
    "summer's hour": ("2026-10-25 00:30:10", "25 Oct 2026, 02:30 CEST", "2026-10-25-0230-CEST", ""),
    "winter's hour": ("2026-10-25 01:30:10", "25 Oct 2026, 02:30 CET", "2026-10-25-0230-CET", ""),
    "behind the gap": ("2026-03-29 01:00:00", "29 Mar 2026, 03:00", "2026-03-29-0300", ""),
    "put right": ("2026-09-21 14:54:59", "21 Sept 2026, 16:54", "2026-09-21-1654", "wrong clock"),
}
"""What is tried -> the call's time (UTC), as pages write it, in a file's name, and whether the
recording was sealed under another."""


@pytest.fixture(autouse=True)
def warsaw(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the office, and so the device, be in Warsaw."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", WARSAW)
        patch.setattr(language, "LOCALTZ", get_timezone(WARSAW))
        time.tzset()
        yield
    time.tzset()


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def recorded(panel: Panel, began: float, *, wrong: bool) -> str:
    """Record a call that began then; by a wrong clock it is put right afterwards."""
    if not wrong:
        return panel.record(started_at=began)
    rid = panel.record(started_at=float(DAY), clock_ok=False, recording_at_ms=30_000)

    def put_right(_: str, entry: RecordingEntry) -> RecordingEntry:
        return structs.replace(entry, began=began + 30.0, clock_ok=False)

    records(panel).keyring.change([rid], put_right)
    return rid


def times(page: str) -> list[tuple[str, str]]:
    """Return the times that a page names, for machines and for people."""
    return re.findall(r'<time datetime="([^"]+)">([^<]+)</time>', page)


def names_of(raw: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return file.namelist()


@pytest.mark.parametrize("case", MOMENTS)
def test_list_page_sheet_copies_and_commands_name_the_same_time(panel: Panel, case: str) -> None:
    at, said, named, wrong = MOMENTS[case]
    began = utc(at)
    rid = recorded(panel, began, wrong=bool(wrong))
    browser = panel.log_in(POLA)
    machine = datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds")
    assert (machine, said) in times(browser.get("/calls").text)
    with_seconds = dict(times(browser.get(f"/calls/{rid}").text))[machine]
    head, _, zone = said.partition(" C")
    assert with_seconds.startswith(head)
    assert with_seconds.partition(" C")[2] == zone
    sheet = browser.get(f"/calls/{rid}/proof").text
    assert times(sheet)[0] == (machine, with_seconds)
    assert ("the signed file says 2 Jan 1970, 01:00:00" in sheet) is bool(wrong)
    files = names_of(browser.send(f"/calls/{rid}/hand-over", recipient="caller").data)
    assert {name.partition(".")[0] for name in files if name.startswith("call-")} == {
        f"call-{named}-{rid[:8]}"
    }
    many = opened(copies(browser, rid))
    assert f"001-call-{named}-{rid[:8]}/call-{named}-{rid[:8]}.wav" in many
    assert f"call-{named}-{rid[:8]}.wav" in many["contents.txt"].decode()
    assert dict(times(many[f"001-call-{named}-{rid[:8]}/proof.html"].decode()))[machine]
    assert printed(panel) == named.replace("-CE", " CE")


def printed(panel: Panel) -> str:
    """Return the time of the only call as ``zgoda recordings list`` prints it."""
    call: ListedCall = panel.box.ask(ListCalls(), panel.box.log_in(POLA)).calls[0]
    day, clock, *zone = call_rows.listed_row(call).split()[1:4]
    return " ".join([f"{day}-{clock.replace(':', '')}", *(z for z in zone if z.startswith("CE"))])


@pytest.mark.parametrize("case", ["past midnight", "before midnight", "put right"])
def test_a_certificate_names_the_day_of_the_call_that_the_list_named(
    panel: Panel, case: str
) -> None:
    at, said, _, wrong = MOMENTS[case]
    rid, browser = recorded(panel, utc(at), wrong=bool(wrong)), panel.log_in(POLA)
    assert said in browser.get("/calls").text
    erase(browser, [rid])
    waits = browser.get(f"/calls/{rid}/certificate").text
    final = re.search(r"It should be final by ([0-9:]{8})\.", waits)
    assert final is not None
    assert f"final by {final[1]}" in browser.get("/calls/erased").text
    settle(panel)
    day = f"{said.split()[0]} September 2026"
    assert f"<dd>{day}, " in browser.get(f"/calls/{rid}/certificate").text
    assert f"Call of {day}, line " in browser.get("/calls/erased").text


def test_a_mail_names_no_call() -> None:
    for kind in LetterKind:
        subject, text = words_of(kind, {"disk.full"}, None, "pl")
        assert not re.search(r"\d\d:\d\d", subject + text)


@pytest.mark.parametrize(("language", "word"), [("pl", "rozmowa"), ("de", "Gespräch")])
def test_files_are_named_in_the_readers_language(panel: Panel, language: str, word: str) -> None:
    rid, browser = panel.record(), panel.log_in(POLA)
    browser.client.set_cookie("language", language)
    handed = browser.send(f"/calls/{rid}/hand-over", recipient="caller")
    assert f"{word}-2026-09-21-" in unquote(handed.headers["Content-Disposition"])
    made = [name for name in names_of(handed.data) if rid[:8] in name]
    assert [name.partition("-")[0] for name in made] == [word, word]


def test_the_time_page_names_the_time_zone(panel: Panel) -> None:
    assert "<dd>Europe/Warsaw (UTC+0200)</dd>" in panel.log_in().get("/time").text
