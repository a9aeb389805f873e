"""Attack retention by the clock: time servers, the chip, the ledger, the moment of a yes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import DAY, HOUR
from appliance.errors import Refused
from appliance.keeper.audit.lines import readable
from appliance.keeper.time.chip import read_at_boot
from appliance.keeper.time.judge import MOST_UNPROVED
from appliance.link.requests.calls import HoldCall, HoldGround
from appliance.link.requests.time import AllowErasure, ConfirmTime
from appliance.model.lamps import Need
from tests.boxes import PASSWORD
from tests.deep import deep
from tests.keeper.chips import SimulatedChip
from tests.keeper.office import START
from tests.security.erasure.victims import Victim, victims

YEARS = 2 * 365.0 * DAY


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    with victims(tmp_path) as made:
        yield made


@pytest.fixture
def chip(victim: Victim, tmp_path: Path) -> SimulatedChip:
    """A clock chip on the victim's board, known since the time was confirmed."""
    victim.chip = made = SimulatedChip(tmp_path / "root", START + 90.0)
    victim.start()
    assert victim.keeper.box is not None
    victim.keeper.box.records.time.confirm(victim.office.clock.now())
    return made


# -- a time server that lies -----------------------------------------------------------------------


def test_one_restart_and_two_years_more_by_a_time_server(victim: Victim) -> None:
    """The time server that set the clock is also what called it synchronised."""
    victim.reboot(YEARS)
    victim.hours(26)
    assert victim.left() == 5
    assert "retention_waits" in victim.acts()
    assert victim.state(victim.token()).question == "wait"


def test_two_years_more_within_a_boot(victim: Victim) -> None:
    victim.hours(2)
    victim.office.clock.jump(YEARS)
    victim.start()
    victim.hours(26)
    assert victim.left() == 5
    assert victim.state(victim.token()).question == "ask"


def test_two_years_more_against_a_chip(victim: Victim, chip: SimulatedChip) -> None:
    victim.hours(2)
    victim.reboot(YEARS, off=HOUR)
    victim.hours(26)
    assert victim.left() == 5
    assert victim.state(victim.token()).question == "ask"
    assert victim.believed() == pytest.approx(START + 29 * HOUR + 60, abs=2)


def test_a_chip_tells_how_long_the_power_was_off_and_nobody_is_asked(
    victim: Victim, chip: SimulatedChip
) -> None:
    victim.hours(1)
    victim.reboot(0.0, off=14.0 * DAY)
    assert victim.state(victim.token()).question == "none"
    assert victim.believed() == pytest.approx(victim.office.clock.now(), abs=2)
    victim.reboot(0.0, off=76.5 * DAY)
    assert victim.left() == 0, "due by now, in one day that the chip explains"


def test_whoever_has_the_chip_set_gains_nothing_at_the_next_boot(
    victim: Victim, chip: SimulatedChip
) -> None:
    """As the kernel does every eleven minutes with a clock that a time server has set."""
    victim.hours(1)
    victim.office.clock.jump(YEARS)
    chip.set(victim.office.clock.now())
    victim.hours(1)
    victim.reboot(0.0, off=HOUR)
    victim.hours(26)
    assert victim.left() == 5
    state = victim.state(victim.token())
    assert (state.question, state.chip_set) == ("wait", True)


@pytest.mark.parametrize("more", [deep(23 * HOUR), 23.9 * HOUR, deep(40 * HOUR)])
def test_a_little_more_at_each_of_fifty_power_cuts(victim: Victim, more: float) -> None:
    for _ in range(50):
        victim.reboot(victim.believed() + more - victim.office.clock.now())
        victim.wait(HOUR)
    gained = victim.believed() - START - 50 * (HOUR + 60)
    assert gained < MOST_UNPROVED + 1
    assert (gained > 25 * DAY) == (more <= DAY)
    assert victim.left() == 5


def test_a_clock_that_goes_back_and_forth(victim: Victim) -> None:
    for jump in (-YEARS, YEARS, -90 * DAY, 91 * DAY, 0.5 * DAY, -0.5 * DAY):
        victim.office.clock.jump(jump)
        victim.hours(1)
    assert victim.believed() < START + 2 * DAY
    assert victim.left() == 5


# -- files ----------------------------------------------------------------------------------------


def test_a_ledger_that_is_taken_away_leaves_no_room_for_a_lie(victim: Victim) -> None:
    victim.hours(1)
    victim.keeper.close()
    victim.office.folders.ledger.unlink()
    victim.reboot(YEARS)
    victim.hours(26)
    assert victim.left() == 5
    assert victim.believed() < START + 3 * DAY
    assert victim.state(victim.token()).question == "wait"


def test_a_liars_dates_are_not_in_the_audit_nor_the_newest_thing_known(victim: Victim) -> None:
    """A lost ledger goes by the audit; so nobody may push the audit's dates ahead."""
    victim.reboot(YEARS)
    victim.hours(1)
    victim.token()
    entries = [entry for entry, _ in readable(victim.office.folders.audit)]
    assert max(entry.t for entry in entries) < START + DAY
    assert not entries[-1].clock_ok
    victim.keeper.close()
    victim.office.folders.ledger.unlink()
    victim.reboot(0.0)
    assert victim.believed() < START + DAY
    assert victim.left() == 5


SPOILT: dict[str, Callable[[Path], object]] = {
    "another boot": lambda path: path.write_text("ffffff00-1111 1853000000 5.0\n"),
    "no number": lambda path: path.write_text("b00001 1e300 5.0\n"),
    "negative": lambda path: path.write_text("b00001 -5 5.0\n"),
    "1970": lambda path: path.write_text("b00001 12 5.0\n"),
    "nan": lambda path: path.write_text("b00001 nan nan\n"),
    "empty": lambda path: path.write_text(""),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 99),
    "more words": lambda path: path.write_text("b00001 1853000000 5.0 x\n"),
    "a folder": lambda path: path.mkdir(),
    "a link to nowhere": lambda path: path.symlink_to("/nowhere"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_no_reading_of_this_boot_is_none(tmp_path: Path, spoilt: str) -> None:
    path = tmp_path / "at-boot"
    SPOILT[spoilt](path)
    assert read_at_boot(path, "b00001") is None


# -- a person who is hurried, and a person who is none ---------------------------------------------


def confirm(victim: Victim, token: str, at: float, uptime: float, password: str = PASSWORD) -> None:
    victim.keeper.handle(ConfirmTime(at, uptime, password), token)


def confirmed_later(victim: Victim) -> str:
    """Boot 20 days later, confirm the time that is shown; return the administrator's session."""
    victim.keeper.take_up()
    victim.reboot(20.0 * DAY)
    token = victim.token()
    state = victim.state(token)
    assert state.clock is not None
    confirm(victim, token, state.clock, state.uptime)
    return token


def test_a_clock_that_moves_between_seeing_and_confirming_is_not_believed(victim: Victim) -> None:
    victim.reboot(10.0 * DAY)
    token = victim.token()
    state = victim.state(token)
    assert state.clock is not None
    victim.wait(120)
    victim.office.clock.jump(YEARS)
    confirm(victim, token, state.clock, state.uptime)
    assert victim.believed() == pytest.approx(state.clock + 120)
    assert victim.left() == 5


def test_what_was_seen_long_ago_is_not_confirmed(victim: Victim) -> None:
    victim.reboot(10.0 * DAY)
    state = victim.state(victim.token())
    victim.office.clock.advance(901)
    token = victim.token()
    for uptime in (state.uptime, victim.office.clock.monotonic() + 5):
        with pytest.raises(Refused) as refusal:
            confirm(victim, token, START, uptime)
        assert refusal.value.code == "page_too_old"
    assert "clock_confirmed" not in victim.acts()


@pytest.mark.parametrize("at", [0.0, 1_000_000_000.0, 4_102_444_801.0, 1e300])
def test_no_time_is_confirmed_that_cannot_be(victim: Victim, at: float) -> None:
    token = victim.token()
    with pytest.raises(Refused) as refusal:
        confirm(victim, token, at, victim.office.clock.monotonic())
    assert refusal.value.code == "time_impossible"
    assert victim.believed() == pytest.approx(START, abs=1)


def test_an_open_session_without_its_password_confirms_and_allows_nothing(victim: Victim) -> None:
    token = victim.token()
    uptime = victim.office.clock.monotonic()
    with pytest.raises(Refused) as refusal:
        confirm(victim, token, START + YEARS, uptime, "not the password")
    assert refusal.value.code == "wrong_password"
    with pytest.raises(Refused):
        victim.keeper.handle(AllowErasure(99_999, 5, "not the password"), token)
    assert victim.left() == 5
    assert not {"clock_confirmed", "erasure_allowed"} & set(victim.acts())


def test_a_wrong_yes_erases_nothing_by_itself_and_is_taken_back(victim: Victim) -> None:
    """Recordings of many days: the brake asks once more, with their dates."""
    for days in range(3, 9):
        victim.office.seal(purposes=(("training", days),), boot="b00000")
    victim.keeper.take_up()
    victim.reboot(YEARS)
    token = victim.token()
    state = victim.state(token)
    assert state.clock is not None
    confirm(victim, token, state.clock, state.uptime)
    assert victim.left() == 11
    shown = victim.state(token)
    assert sum(row.recordings for row in shown.due) == 11
    assert len(shown.due) == 7
    confirm(victim, token, START + 120, victim.office.clock.monotonic())
    assert victim.state(token).due == ()
    victim.hours(26)
    assert victim.left() == 11


def test_a_yes_is_for_what_was_shown(victim: Victim) -> None:
    for days in (3, 3, 4, 5):
        victim.office.seal(purposes=(("training", days),), boot="b00000")
    token = confirmed_later(victim)
    shown = victim.state(token).due
    assert [row.recordings for row in shown] == [2, 1, 1]
    for through, count in [(shown[-1].day, 3), (shown[-1].day, 9), (shown[0].day, 4), (0, 0)]:
        with pytest.raises(Refused) as refusal:
            victim.keeper.handle(AllowErasure(through, count, PASSWORD), token)
        assert refusal.value.code == "list_changed"
    assert victim.left() == 9
    victim.keeper.handle(AllowErasure(shown[-1].day, 4, PASSWORD), token)
    assert victim.left() == 5
    assert victim.state(token).due == ()
    assert victim.acts().count("erasure_allowed") == 5
    assert victim.acts().count("failed") == 4


def test_what_is_shown_is_what_may_be_agreed_to_though_calls_were_held_meanwhile(
    victim: Victim,
) -> None:
    """No sweep runs between the hold and the look: both count what is due now."""
    seal = victim.office.seal
    rids = [seal(purposes=(("training", days),), boot="b00000") for days in (3, 4, 5)]
    token = confirmed_later(victim)
    assert [row.recordings for row in victim.state(token).due] == [1, 1, 1]

    hold = HoldCall(rids[0], HoldGround.CLAIMS, "a claim is being made", "2030-01-01")
    victim.keeper.handle(hold, token)
    shown = victim.state(token).due
    assert [row.recordings for row in shown] == [1, 1]
    victim.keeper.handle(AllowErasure(shown[-1].day, 2, PASSWORD), token)
    assert victim.left() == 6
    assert victim.state(token).due == ()


def test_no_answer_is_no_consent(victim: Victim) -> None:
    for days in (3, 4, 5):
        victim.office.seal(purposes=(("training", days),), boot="b00000")
    confirmed_later(victim)
    victim.hours(5 * 24)
    assert victim.left() == 8
    assert victim.acts().count("retention_asks") in {5, 6}, "and it reminds each day"
    victim.start()
    victim.hours(2)
    assert victim.left() == 8, "nor is a restart"
    box = victim.keeper.box
    assert box is not None
    assert box.records.need is Need.ERASURE


def test_the_device_is_set_by_nothing_but_a_time_of_this_boot(tmp_path: Path) -> None:
    """The unit that sets the chip runs as root, and the keeper's user writes what it reads."""
    from appliance.errors import ZgodaError  # noqa: PLC0415
    from appliance.keeper.time.set_chip import set_chip  # noqa: PLC0415

    done: list[bytes] = []
    path = tmp_path / "believed"
    for spoil in SPOILT.values():
        spoil(path)
        with pytest.raises(ZgodaError):
            set_chip(path, tmp_path / "rtc0", "b00001", 7.0, lambda _, fields: done.append(fields))
        path.rmdir() if path.is_dir() else path.unlink()
    path.write_text("b00001-and-the-rest 1790000000.25 100.0\n")
    for uptime in (99.0, 401.0):
        with pytest.raises(ZgodaError):
            set_chip(path, tmp_path, "b00001", uptime, lambda _, fields: done.append(fields))
    assert done == []
    at = set_chip(path, tmp_path, "b00001", 130.0, lambda _, fields: done.append(fields))
    assert at == 1_790_000_030.25
    (fields,) = done
    assert list(memoryview(fields).cast("i"))[:6] == [50, 13, 14, 21, 8, 126]
    with pytest.raises(ZgodaError, match="cannot be set"):
        set_chip(path, tmp_path / "no-such-device", "b00001", 130.0)
    assert os.listdir(tmp_path) == ["believed"]
