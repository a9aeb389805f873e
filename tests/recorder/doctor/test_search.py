"""Ask what may be asked: neither a line's port nor a strange one."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import Clock, SystemClock
from appliance.config.read import trial
from appliance.config.settings import Line, Part
from appliance.errors import LineError, Refused
from appliance.lines.device import Answer, IsSilent, Options, UnaskedDevice
from appliance.lines.modem.device import IsModem
from appliance.lines.modem.probe import Capabilities, NoModem
from appliance.lines.monitor.device import IsMonitor
from appliance.link.requests.devices import IsdnCard
from appliance.model.sentences.faults import device_fault
from appliance.recorder.doctor import guess
from appliance.recorder.doctor.search import MOST_AT_ONCE, KnownPort, Search
from appliance.recorder.doctor.tools import DoctorTools
from tests.lines.plugged.machines import STABLE, Bench
from tests.model.refusals import refuses
from tests.recorder.doctor.examining import WHOLE

PLAIN = "/dev/ttyACM0"
CABLE = "0403:6001"


@dataclass
class Office:
    """A machine, what hangs on it, and what the box does there."""

    bench: Bench
    monitors: dict[str, str] = field(default_factory=dict)  # path -> dialect
    modems: dict[str, Capabilities] = field(default_factory=dict)
    batteries: set[str] = field(default_factory=set)
    isdn: tuple[IsdnCard, ...] = ()
    lines: list[Line] = field(default_factory=list)
    call: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    during: Callable[[], None] = lambda: None
    seconds: float = 10.0

    def __post_init__(self) -> None:
        self.search = Search(
            DoctorTools(
                hardware=self.bench.hardware,
                probes={"monitor": self._monitor, "modem": self._modem},
                silent=(lambda path: IsSilent(path in self.batteries),),
                isdn_cards=lambda: self.isdn,
            ),
            SystemClock(),
            lambda: self.lines,
            lambda: self.call,
            seconds=self.seconds,
        )

    def seen(self, device: str = STABLE) -> KnownPort:
        return next(each for each in self.search.ports() if each.port.device == device)

    def _monitor(self, path: str, options: Options, clock: Clock) -> Answer | None:
        dialect = str(options["dialect"])
        self.asked.append((path, dialect))
        self.during()
        return IsMonitor(dialect) if self.monitors.get(path) == dialect else None

    def _modem(self, path: str, options: Options, clock: Clock) -> Answer:
        self.asked.append((path, "modem"))
        self.during()
        if path not in self.modems:
            raise NoModem("nothing that is a modem answers")
        return IsModem(self.modems[path])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    bench = Bench(tmp_path)
    bench.ports = [(PLAIN, "FT232R USB UART"), ("/dev/ttyS0", "n/a")]
    bench.usb("ttyACM0", CABLE, "FT232R USB UART")
    return Office(bench)


def line(**options: Any) -> Line:
    return Line(
        **{
            name: getattr(trial().lines[0], name)
            for name in Line.__dataclass_fields__
            if name not in {"hook"}
        },
        hook=Part("monitor", options),
    )


def test_to_look_opens_nothing_and_what_is_seen_is_told(office: Office) -> None:
    (seen,) = office.search.ports()  # the soldered port is none
    assert (seen.guess, seen.can_be_asked, seen.likely) == (guess.CABLE, True, True)
    assert seen.says.id == "serial.may_be_anything"
    assert office.search.finds().unasked == [STABLE]
    assert office.asked == []


def test_a_cable_is_asked_everything_until_it_answers(office: Office) -> None:
    office.monitors[STABLE] = "whozz"
    office.search.ask([STABLE])
    assert office.asked == [(STABLE, "lm1"), (STABLE, "whozz")]
    assert office.seen().answer == IsMonitor("whozz")
    assert office.seen().says.text == "A line monitor: it answers in whozz."
    assert not office.seen().likely, "nobody asks again unless it is wanted"
    assert office.search.finds().answers == {STABLE: IsMonitor("whozz")}


def test_an_id_of_a_modem_has_it_asked_first_and_is_not_believed(office: Office) -> None:
    office.bench.usb("ttyACM0", "0572:1349", "USB Modem")
    assert office.seen().says.id == "serial.may_be_modem"
    assert office.search.finds().answers == {}
    office.monitors[STABLE] = "lm1"  # it lies
    office.search.ask([STABLE])
    assert office.asked == [(STABLE, "modem"), (STABLE, "lm1")]
    assert office.seen().answer == IsMonitor("lm1")


def test_what_is_named_a_monitor_is_never_spoken_to_as_a_modem(office: Office) -> None:
    office.bench.ports = [(PLAIN, "LM1 line monitor")]
    office.search.ask([STABLE])
    assert office.asked == [(STABLE, "lm1"), (STABLE, "whozz")]
    assert office.seen().answer == IsSilent()


def test_a_modem_says_what_it_can(office: Office) -> None:
    office.modems[STABLE] = WHOLE
    office.search.ask([STABLE])
    assert office.seen().answer == IsModem(WHOLE)
    assert office.seen().says.text.endswith("a phone is lifted: 56000.")


def test_what_answers_nothing_may_have_two_optocouplers(office: Office) -> None:
    office.search.ask([STABLE])
    assert office.seen().says.id == "serial.is_silent"
    office.batteries.add(STABLE)
    office.search.ask([STABLE])
    assert office.seen().answer == IsSilent(battery=True)
    assert "its DCD pin is on" in office.seen().says.text


@pytest.mark.parametrize("id", ["2341:0042", "1546:01a7", "051d:0003"])
def test_what_no_line_needs_is_left_alone(office: Office, id: str) -> None:
    office.bench.usb("ttyACM0", id)
    office.search.ask([STABLE])
    assert office.asked == []
    assert office.seen().says.id == "serial.left_alone"
    assert office.search.finds().unasked == []


@pytest.mark.parametrize("named", [STABLE, PLAIN, "/dev/line-monitor-1"])
@pytest.mark.parametrize("option", ["port", "caller_port"])
def test_the_port_of_a_line_is_never_asked_whatever_name_it_has(
    office: Office, named: str, option: str
) -> None:
    (office.bench.root / "dev/line-monitor-1").symlink_to("ttyACM0")
    office.lines = [line(dialect="lm1", **{option: named})]
    office.search.ask([STABLE, PLAIN, named])
    assert office.asked == []
    assert office.seen().says.text == "It belongs to the line Reception, and is not asked."
    assert office.search.finds().answers == {}


def test_only_wanted_ports_are_asked_and_only_those_that_are_there(office: Office) -> None:
    office.search.ask([])
    office.search.ask(["/etc/shadow", "/dev/ttyS0", "/dev/mem", "", PLAIN])
    assert office.asked == []


def test_a_few_ports_are_asked_in_one_go(office: Office) -> None:
    office.bench.ports = [(f"/dev/ttyUSB{number}", "x") for number in range(20)]
    for number in range(20):
        (office.bench.root / f"dev/ttyUSB{number}").touch()
    office.search.ask([f"/dev/ttyUSB{number}" for number in range(20)])
    assert len({path for path, _ in office.asked}) == MOST_AT_ONCE


def test_while_a_call_is_on_nothing_is_asked(office: Office) -> None:
    office.call = True
    with refuses("call_on") as refused:
        office.search.ask([STABLE])
    assert (refused.value.code, office.asked) == ("call_on", [])
    assert office.seen().says.id == "serial.may_be_anything", "to look disturbs nobody"


def test_a_call_that_begins_meanwhile_ends_the_questions(office: Office) -> None:
    def ring() -> None:
        office.call = True

    office.during = ring
    office.search.ask([STABLE])
    assert office.asked == [(STABLE, "lm1")]
    assert office.seen().answer == UnaskedDevice(device_fault("asking_stopped"))


def test_two_people_do_not_ask_at_once(office: Office) -> None:
    refused: list[str] = []

    def second() -> None:
        try:
            office.search.ask([STABLE])
        except Refused as refusal:
            refused.append(refusal.code)

    office.during = second
    office.search.ask([STABLE])
    assert set(refused) == {"asking_devices"}
    office.during = lambda: None
    office.search.ask([STABLE])  # afterwards anybody may


def test_another_programs_port_is_left_to_it(office: Office) -> None:
    office.bench.program(77, "minicom", PLAIN)
    office.search.ask([STABLE])
    assert office.asked == []
    assert (
        office.seen().says.text
        == f"It could not be asked. {STABLE} is in use by minicom (77); end that program."
    )


def test_a_port_that_another_user_has_locked_is_left_to_it(office: Office) -> None:
    """Nobody else sees what a fax program of another user has open."""
    office.bench.unseen.add(78)
    lock = office.bench.root / "run/lock/LCK..ttyACM0"
    lock.parent.mkdir(parents=True)
    lock.write_text("        78\n")
    office.search.ask([STABLE])
    assert office.asked == []
    assert "is in use by process 78" in office.seen().says.text
    lock.write_text("        79\n")  # it has ended
    office.search.ask([STABLE])
    assert office.asked


@pytest.mark.parametrize("text", ["", "x", "7" * 5000, "٣", "-1"])
def test_a_lock_file_that_says_nothing_locks_nothing(office: Office, text: str) -> None:
    lock = office.bench.root / "run/lock/LCK..ttyACM0"
    lock.parent.mkdir(parents=True)
    lock.write_text(text)
    office.search.ask([STABLE])
    assert office.asked


def test_an_answer_is_that_devices_alone(office: Office) -> None:
    office.monitors[STABLE] = "lm1"
    office.search.ask([STABLE])
    assert office.seen().answer == IsMonitor("lm1")
    node = office.bench.root / "dev/ttyACM0"
    (office.bench.root / "dev/another").touch()
    (office.bench.root / "dev/another").replace(node)  # the kernel makes a new node
    assert office.seen().answer is None
    office.search.ask([STABLE])
    office.bench.usb("ttyACM0", "10c4:ea60", "CP2102")
    assert office.seen().answer is None


def test_a_device_that_is_gone_is_forgotten(office: Office) -> None:
    office.monitors[STABLE] = "lm1"
    office.search.ask([STABLE])
    there, office.bench.ports = office.bench.ports, []
    assert office.search.ports() == []
    office.bench.ports = there
    assert office.seen().answer is None


def test_a_device_that_vanishes_while_it_is_asked_is_told(office: Office) -> None:
    def pull() -> None:
        raise LineError(device_fault("went_away", path=STABLE))

    office.during = pull
    office.search.ask([STABLE])
    assert office.seen().says.text.endswith("went away while it was asked.")


def test_our_own_fault_hides_no_other_device(office: Office, caplog: Any) -> None:
    office.bench.ports.append(("/dev/ttyUSB0", "CP2102"))
    (office.bench.root / "dev/ttyUSB0").touch()
    office.monitors["/dev/ttyUSB0"] = "lm1"

    def break_down() -> None:
        if office.asked[-1][0] == STABLE:
            raise ValueError("ours")

    office.during = break_down
    office.search.ask([STABLE, "/dev/ttyUSB0"])
    assert isinstance(office.seen().answer, UnaskedDevice)
    assert office.seen("/dev/ttyUSB0").answer == IsMonitor("lm1")
    assert "ValueError" in caplog.text


def test_a_port_that_never_answers_holds_up_nobody(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.usb("ttyACM0", CABLE)
    released = threading.Event()
    office = Office(bench, during=lambda: (released.wait(10), None)[1], seconds=0.05)
    try:
        office.search.ask([STABLE])
        assert office.seen().answer == UnaskedDevice(device_fault("asked_in_vain", path=STABLE))
        office.search.ask([STABLE])
        assert len(office.asked) == 1, "it is not opened a second time while it is stuck"
    finally:
        released.set()


POISON = "<img src=x onerror=alert(1)>\x1b[31m\u202e" + "A" * 10_000


def test_what_a_device_calls_itself_is_one_short_line(office: Office) -> None:
    office.bench.ports = [(PLAIN, POISON)]
    office.bench.usb("ttyACM0", "0572:1349", POISON)
    seen = office.seen()
    assert len(seen.port.description) <= 80
    assert seen.port.description.isprintable()
    assert seen.guess == "modem"
    office.bench.usb("ttyACM0", "0572:13\n49", POISON)  # no id
    assert office.seen().guess == guess.UNKNOWN
