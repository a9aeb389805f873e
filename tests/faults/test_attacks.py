"""Attack the box as a penetration tester did, and write down what became of it."""

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.link.requests.calls import ExportCall, OpenPlayback
from appliance.link.requests.login import Browser
from appliance.vault.pool import Pool
from tests.boxes import make_box
from tests.browser.box import running
from tests.faults.fault_box import Row
from tests.keeper.boxes import set_up
from tests.keeper.office import make_office
from tests.network.proxies import secured, trusting
from tests.network.strangers import Kind, strangers
from tests.planted import plant
from tests.rig.ports import free_port
from tests.security.erasure import test_s01_a_lying_clock_erases_nothing as clock
from tests.security.erasure.victims import victims
from tests.security.evidence import test_s05_the_audit_cannot_be_rewritten as rewritten
from tests.security.files import test_s02_one_planted_file_locks_nobody_out as planted
from tests.security.files import test_s06_a_changed_recording_is_not_played as changed
from tests.security.memory import test_s11_locked_is_locked_in_memory as memory
from tests.security.memory.locked_office import PEOPLE, needles
from tests.security.memory.locked_office import running as working_office
from tests.security.processes import test_s04_the_recorder_cannot_touch_the_archive as insider
from tests.security.strangers import test_s03_a_stranger_cannot_lock_the_owner_out as stranger
from tests.security.strangers import test_s08_slow_strangers_do_not_hold_the_panel as slow
from tests.web.conftest import serve, set_up_box

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

BEFORE = {
    "polled": "owner with the right password let in 0 of 1,440 times",
    "slow": "40 slow headers: a page in 13 s; 200 slow bodies: none in 60 s",
    "clock": "0 of 5 recordings left",
    "planted": "3 of 3 people locked out, at each login again",
    "changed": "exported and played, 2 of 2",
    "insider": "a closed recording overwritten, another deleted",
    "audit": '537 entries dropped, "The audit holds"',
    "memory": "keeper 3 passwords, 47 numbers, 2 keys; panel 4 passwords, 8 numbers",
}
"""What the same attacks did to the box of 26 November 2026, before they were answered."""

PAGE_SECONDS = 1.0
"""The promise to everybody else while 200 strangers hold connections: a page in under a second.

What the same pages take without strangers comes on top: a few hundredths on a quiet machine, and
what a busy one costs besides. The test of every day asks for the page alone
(``slow.PATIENCE_SECONDS``): a held panel answers nothing in any time.
"""

Table = dict[str, list[Row]]
Told = Callable[[str, str, str], None]


@pytest.fixture
def told(table: Table) -> Told:
    """Write a row: what was tried, the attack's name for what it did before, what it did now."""

    def write(attack: str, before: str, now: str) -> None:
        table["attacks"].append((attack, BEFORE[before], now))

    return write


def test_a_stranger_polls_for_thirty_days(tmp_path: Path, told: Told, nothing_read: None) -> None:
    box = stranger.panel_box(set_up(tmp_path / "data"))
    _, device = stranger.log_in(box, Browser(stranger.OWNERS))
    siege = stranger.Siege(box, ("192.0.2.1",))
    for _ in range(stranger.DAYS):
        siege.pass_time(DAY)
        siege.try_in("known browser", device)
        siege.try_in("command line")
    box.keeper.close()
    assert siege.let_in == {"known browser": 30, "command line": 30}
    told(
        "a stranger tries a password each second, for 30 days",
        "polled",
        f"{siege.admitted} guesses heard; owner let in on {siege.let_in['known browser']} of 30 "
        f"days from a known browser, on {siege.let_in['command line']} by command line",
    )


@pytest.mark.parametrize("kind", [Kind.HEADERS, Kind.BODIES, Kind.SILENT])
@pytest.mark.parametrize("secure", [False, True], ids=["loopback", "TLS"])
def test_two_hundred_slow_connections(tmp_path: Path, told: Told, kind: Kind, secure: bool) -> None:
    config = secured(tmp_path / "etc", 8470) if secure else None
    options = ["--config", str(config)] if config else []
    with running(tmp_path / "data", *options) as started:
        port = urlsplit(started.url).port
        assert port is not None
        box = slow.Box(port, trusting(config) if config else None)
        calm = [_seconds(box) for _ in range(slow.VISITS)]
        with strangers(kind, 200, 20, port, secure=secure):
            took = [_seconds(box) for _ in range(slow.VISITS)]
    assert max(took) < PAGE_SECONDS + max(calm), (took, calm)
    told(
        f"200 {kind} from 20 other addresses, {'TLS' if secure else 'loopback'}",
        "slow",
        f"{len(took)} of {slow.VISITS} pages, the slowest in {max(took):.2f} s",
    )


def _seconds(box: slow.Box) -> float:
    begun = time.monotonic()
    assert b"</html>" in box.page("/first-run")
    return time.monotonic() - begun


def test_a_time_server_lies_by_two_years(tmp_path: Path, told: Told) -> None:
    with victims(tmp_path) as victim:
        victim.reboot(clock.YEARS)
        victim.hours(26)
        left = victim.left()
    assert left == 5
    told(
        "a time server vouches for a clock two years ahead, at a restart",
        "clock",
        f"{left} of 5 recordings left, and an administrator is asked",
    )


def test_files_are_planted(tmp_path: Path, told: Told) -> None:
    with contextlib.contextmanager(serve)(set_up_box(tmp_path)) as panel:
        browsers = [panel.log_in(name) for name in planted.PEOPLE]
        for one in planted.HOSTILE.values():
            plant(panel.box.folders, panel.box.clock.now(), one)
            panel.box.keeper.take_up()
            panel.box.keeper._box.pool.fill()
        found = [browser.get("/calls").status_code for browser in browsers]
        again = [panel.log_in(name).get("/calls").status_code for name in planted.PEOPLE]
    assert found == again == [200, 200, 200]
    told(
        f"{len(planted.HOSTILE)} poisoned recordings are planted",
        "planted",
        f"{found.count(200)} of 3 people stay in, {again.count(200)} of 3 log in anew",
    )


def test_recordings_are_changed(tmp_path: Path, told: Told) -> None:
    tried = refused = 0
    for number, change in enumerate((changed.cut, _flipped)):
        for ask in (OpenPlayback, ExportCall):
            office = make_office(tmp_path / f"{number}{ask.__name__}")
            key = Pool(office.folders.pool, office.folders.new).take_key()
            sealed = changed.Sealed(office, office.record(seconds=changed.SECONDS), key)
            office.unlock()
            change(sealed)
            tried += 1
            refused += _is_refused(sealed, ask)
            office.close()
    assert tried == refused
    told(
        "a recording is cut, or one bit of it flipped, before anybody looked; played, exported",
        "changed",
        f"refused, {refused} of {tried}",
    )


def _flipped(sealed: changed.Sealed) -> None:
    changed.flip(sealed.path, changed.frame(21))


def _is_refused(sealed: changed.Sealed, ask: type[OpenPlayback] | type[ExportCall]) -> bool:
    """Ask for the whole of it; a playback is read to where it stops."""
    office, rid = sealed.office, sealed.rid
    try:
        if ask is ExportCall:
            office.ask_bytes(ExportCall(rid))
        else:
            playing = office.ask(OpenPlayback(rid, "training"))
            changed.whole(office, playing.playback, playing.bytes)
    except Refused as error:
        return error.code == "tampered"
    return False


def test_an_insider_is_the_recorders_user(told: Told) -> None:
    with insider.boxes() as box:
        tried = insider.insider(box)
    refused = sum(how in {"EACCES", "EPERM"} for how in tried.values())
    assert refused == len(tried)
    told(
        "the recorder's user lists, reads, overwrites, renames, links and removes recordings, and "
        "takes the keeper's place at its socket",
        "insider",
        f"{refused} of {len(tried)} attempts refused by the kernel",
    )


def test_the_audit_is_chained_anew(tmp_path: Path, told: Told) -> None:
    found = []
    for sign in (rewritten.as_it_was, rewritten.by_a_stranger):
        (tmp_path / sign.__name__).mkdir()
        with rewritten.cards(tmp_path / sign.__name__) as card:
            lines = card.lines()
            del lines[100 : 100 + rewritten.DROPPED]
            card.write_anew(lines, sign)
            result = card.verify()
        assert result.exit_code == 1, result.output
        found.append(result.output.strip().splitlines()[0])
    told(
        f"{rewritten.DROPPED} entries of the audit are dropped and the rest is chained anew",
        "audit",
        f"found, {len(found)} of 2 ways, without a key",
    )


def test_memory_is_searched_after_the_last_logout(tmp_path: Path, told: Told) -> None:
    with working_office(make_box(tmp_path / "data"), free_port()) as office:
        wanted = needles(office.box, office.rids)
        browsers = [office.log_in(name) for name in PEOPLE]
        for browser in browsers:
            office.work(browser)
        for browser in browsers:
            browser.post("/", "/logout")
        hits = {
            name: sum(found.values()) for name, found in memory.hits(office.process, wanted).items()
        }
    assert set(hits.values()) == {0}
    told(
        "root reads the memory of every process after the last logout",
        "memory",
        ", ".join(f"{name} {count}" for name, count in sorted(hits.items()))
        + f" hits of {len(wanted)} passwords, numbers, names and keys",
    )


@pytest.fixture(autouse=True)
def room(tmp_path: Path) -> Iterator[None]:
    """Give the disk back what an attack took."""
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)
