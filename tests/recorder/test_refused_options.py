"""Options that a driver refuses are refused by the reader, too."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from appliance.config import read
from appliance.config.drivers.known import BY_NAME
from appliance.config.mistakes import MistakesFound
from appliance.config.settings import Line, Part
from appliance.recorder.drivers import DEVICES
from appliance.recorder.line.devices import make_devices, shared_by_lines
from tests.clocks import ManualClock
from tests.recorder.supplied import supplies

Options = dict[str, Any]

PORT, OTHER = "/dev/serial/by-id/usb-a", "/dev/serial/by-id/usb-b"
LM1 = {"driver": "monitor", "dialect": "lm1", "port": PORT}
COUPLERS = {"driver": "monitor", "dialect": "optocouplers", "port": PORT}
WHOZZ = {"driver": "monitor", "dialect": "whozz", "port": PORT}
MODEM = {"driver": "modem", "port": PORT}
TAP = {"driver": "sound", "card": "Tap"}
KERNEL = {"driver": "isdn", "transport": "kernel", "network": "te.1", "terminal": "nt.1"}
ENDS = {
    "network": "127.0.0.1:9311",
    "terminal": "127.0.0.1:9312",
    "network_here": "127.0.0.1:9301",
    "terminal_here": "127.0.0.1:9302",
}
L1OIP = {"driver": "isdn", "transport": "l1oip", "mode": "bridge", "id": "5a2b4c6d", **ENDS}

HOOKS: list[Options] = [
    {"driver": "exchange"},
    *({"driver": "exchange", "modem": name} for name in ("conexant", "-1", "hayes", "../x")),
    LM1,
    LM1 | {"caller_port": OTHER},
    LM1 | {"caller_port": OTHER, "caller": "modem"},
    LM1 | {"caller": "modem"},
    LM1 | {"caller_port": OTHER, "caller": "fax"},
    LM1 | {"caller_port": PORT},
    {"driver": "monitor", "port": PORT},
    LM1 | {"dialect": "morse"},
    LM1 | {"dialect": "netcallerid"},
    *(WHOZZ | {"line": number} for number in (1, 8, 0, 9)),
    COUPLERS,
    COUPLERS | {"off_hook": "not dcd", "ringing": "ri"},
    COUPLERS | {"off_hook": "not dcd", "ringing": "dcd"},
    COUPLERS | {"off_hook": "dtr"},
    COUPLERS | {"off_hook": "dcd", "ringing": "rings"},
    MODEM,
    MODEM | {"profile": "conexant"},
    MODEM | {"profile": "hayes"},
    {"driver": "modem"},
    KERNEL | {"mode": "bridge"},
    KERNEL | {"mode": "tap"},
    KERNEL,
    KERNEL | {"mode": "bridge", "transport": "capi"},
    {"driver": "isdn", "transport": "kernel", "mode": "tap"},
    L1OIP,
    {key: value for key, value in L1OIP.items() if key != "network_here"},
    L1OIP | {"id": "tunnel"},
    L1OIP | {"network_here": "localhost:1"},
    L1OIP | {"network_here": "[::1]:9301"},
]
SOUNDS: list[Options] = [
    {"driver": "exchange"},
    *({"driver": "exchange", "sides": sides} for sides in ("both", "far/near", "left/right")),
    TAP,
    *(TAP | {"sides": sides} for sides in ("both", "voltage/current", "far/near", "left/right")),
    TAP | {"rate": 8000},
    {"driver": "sound"},
    MODEM | {"holds_line": True},
    MODEM,
    {"driver": "isdn"},
]
PROMPTS: list[Options] = [
    {"driver": "exchange"},
    TAP,
    {"driver": "sound", "card": "Other"},
    MODEM,
    MODEM | {"port": OTHER},
    MODEM | {"profile": "hayes"},
    {"driver": "isdn"},
]

LINE = {"name": "Reception", "number": "+48221234567"}


def part(options: Mapping[str, Any]) -> Part:
    return Part(options["driver"], {key: each for key, each in options.items() if key != "driver"})


def read_as(*parts: Options) -> Line | None:
    """Return the line that the reader makes of three parts; None if it refuses them."""
    line = LINE | dict(zip(("hook", "audio", "prompt"), parts, strict=True))
    try:
        (found,) = read.check({"fresh": True, "line": [line]}).lines
    except MistakesFound:
        return None
    return found


def combinations() -> Iterator[tuple[Options, Options, Options]]:
    """Yield every hook with every sound; of what speaks all of the same driver, and another."""
    for hook, audio in itertools.product(HOOKS, SOUNDS):
        own = [each for each in PROMPTS if each["driver"] == audio["driver"]]
        other = next(each for each in PROMPTS if each["driver"] != audio["driver"])
        yield from ((hook, audio, each) for each in (*own, other))


def test_each_driver_has_both_halves() -> None:
    assert [each.driver for each in DEVICES] == list(BY_NAME)


def test_what_the_reader_lets_through_can_be_made() -> None:
    clock, cards = ManualClock(), object()
    shared = shared_by_lines(clock)
    given = supplies(clock, shared=lambda it: cards if it.driver == "sound" else shared(it))
    passed, refused = 0, 0
    for parts in combinations():
        line = read_as(*parts)
        if line is None:
            refused += 1
            continue
        devices = make_devices(line, given)
        assert devices.speaks is line.speaks
        for each in (devices.hook, devices.audio, devices.prompt):
            each.close()
        passed += 1
    assert passed > 25
    assert refused > passed


@pytest.mark.parametrize("hook", HOOKS, ids=str)
def test_what_a_driver_refuses_is_refused_by_the_reader(hook: Options) -> None:
    """With what goes together with it, so that its options alone can be at fault."""
    whole = {"exchange": [{"driver": "exchange"}] * 2, "isdn": [{"driver": "isdn"}] * 2}
    rest = whole.get(hook["driver"], [TAP, TAP])
    made = Line("Line", "", part(hook), part(rest[0]), part(rest[1]))
    try:
        make_devices(made, supplies(ManualClock(), shared=_shared))
    except Exception:  # whatever a driver raises for it
        assert read_as(hook, *rest) is None


def _shared(device: Any) -> Any:
    return object() if device.driver == "sound" else shared_by_lines(ManualClock())(device)
