"""Lines have devices of their own, and each option belongs to its dialect."""

from collections.abc import Callable

import pytest

from appliance.config.mistakes import Mistake
from appliance.config.read import parse
from tests.config.offices import REAL

Mistakes = Callable[[str], list[tuple[str, str]]]
Found = Callable[[str], tuple[Mistake, ...]]


def test_two_lines_have_two_devices(found: Found) -> None:
    """They would hear, and speak into, each other's calls."""
    second = """
    [[line]]
    name = "Boss"
    number = "+48221234569"
    hook = { driver = "monitor", dialect = "lm1", port = "/dev/serial/by-id/usb-a" }
    audio = { driver = "sound", card = "LineTap" }
    prompt = { driver = "sound", card = "LineTap" }
    purposes = ["service"]
    """
    first, _, rest = REAL.partition("[[purpose]]")

    port, card, said = found(f"{first}{second}\n[[purpose]]{rest}")

    assert (port.key, port.values["value"]) == ("line.hook.port", '"/dev/serial/by-id/usb-a"')
    assert (card.key, card.values["value"]) == ("line.audio.card", '"LineTap"')
    assert (said.key, said.values["value"]) == ("line.prompt.card", '"LineTap"')
    assert {(each.code, each.values["line"]) for each in (port, card, said)} == {
        ("device_taken", "Reception")
    }


SECOND = """
[[line]]
name = "Boss"
number = "+48221234569"
{hook}
audio = {{ driver = "sound", card = "OtherTap" }}
prompt = {{ driver = "sound", card = "OtherTap" }}
purposes = ["service"]
"""
LM1 = 'dialect = "lm1", port = "/dev/serial/by-id/usb-a"'


def hooked(first: str, second: str | None = None) -> str:
    """The settings with other options of the monitor, perhaps with a second line."""
    text = REAL.replace(LM1, first, 1)
    if second is None:
        return text
    lines, _, rest = text.partition("[[purpose]]")
    hook = f'hook = {{ driver = "monitor", {second} }}'
    return f"{lines}{SECOND.format(hook=hook)}\n[[purpose]]{rest}"


def test_the_lines_of_a_whozz_unit_share_its_port_under_numbers_of_their_own(
    mistakes: Mistakes,
) -> None:
    unit = 'dialect = "whozz", port = "/dev/serial/by-id/usb-w"'
    config = parse(hooked(unit, f"{unit}, line = 2"))
    lines = [each for each in config.lines if each.hook.options.get("dialect") == "whozz"]
    assert [line.hook.options.get("line", 1) for line in lines] == [1, 2]
    for second in (unit, f"{unit}, line = 1", LM1.replace("usb-a", "usb-w")):
        assert mistakes(hooked(unit, second)) == [("line.hook.port", "device_taken")]


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (f"{LM1}, line = 2", [("line.hook.line", "of_kind")]),
        (f'{LM1}, off_hook = "dcd"', [("line.hook.off_hook", "of_kind")]),
        ('dialect = "whozz", port = "/dev/a", line = 9', [("line.hook.line", "range")]),
        ('dialect = "optocouplers", port = "/dev/a"', [("line.hook.off_hook", "missing")]),
        (
            'dialect = "optocouplers", port = "/dev/a", off_hook = "dtr"',
            [("line.hook.off_hook", "word_near")],
        ),
        ('dialect = "netcallerid", port = "/dev/a"', [("line.hook.dialect", "tells_no_hook")]),
        (
            'dialect = "whozz", port = "/dev/a", caller_port = "/dev/b"',
            [("line.hook.caller_port", "of_kind")],
        ),
        (
            f'{LM1}, caller_port = "/dev/serial/by-id/usb-a"',
            [("line.hook.caller_port", "own_port")],
        ),
        (
            'dialect = "optocouplers", port = "/dev/a", off_hook = "ri", ringing = "not ri"',
            [("line.hook.ringing", "again")],
        ),
        ('dialect = "morse", port = "/dev/a", line = 2', [("line.hook.dialect", "word_unknown")]),
        (f'{LM1}, caller = "modem"', [("line.hook.caller", "without_port")]),
        (f'{LM1}, caller = "fax", caller_port = "/dev/b"', [("line.hook.caller", "word_unknown")]),
        (
            'dialect = "whozz", port = "/dev/a", caller = "modem", caller_port = "/dev/b"',
            [("line.hook.caller", "of_kind"), ("line.hook.caller_port", "of_kind")],
        ),
    ],
)
def test_an_option_belongs_to_its_dialect(
    hook: str, said: list[tuple[str, str]], mistakes: Mistakes
) -> None:
    assert mistakes(hooked(hook)) == said


def test_optocouplers_name_their_pins(mistakes: Mistakes) -> None:
    pins = {"off_hook": "not dcd", "ringing": "ri", "caller_port": "/dev/b"}
    written = ", ".join(f'{name} = "{value}"' for name, value in pins.items())
    config = parse(hooked(f'dialect = "optocouplers", port = "/dev/a", {written}'))
    assert config.lines[0].hook.options == {"dialect": "optocouplers", "port": "/dev/a", **pins}
