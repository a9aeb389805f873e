"""Read the options of ISDN lines; every mistake is told with the way out."""

import re
from collections.abc import Callable

import pytest

from appliance.config.read import parse
from appliance.config.settings import Part
from appliance.config.validators import parse_end

Mistakes = Callable[[str], list[tuple[str, str]]]

ENDS = (
    'network = "127.0.0.1:9311", network_here = "127.0.0.1:9301", '
    'terminal = "127.0.0.1:9312", terminal_here = "127.0.0.1:9302"'
)
L1OIP = f'driver = "isdn", transport = "l1oip", mode = "bridge", id = "5a2b4c6d", {ENDS}'
KERNEL = (
    'driver = "isdn", transport = "kernel", mode = "tap", '
    'network = "HFC-S_USB.1", terminal = "HFC-S_USB.2"'
)


def on_isdn(text: str, hook: str) -> str:
    """Put the first line of a configuration on an S0 bus."""
    parts = {"hook": hook, "audio": 'driver = "isdn"', "prompt": 'driver = "isdn"'}
    return re.sub(
        r"(?m)^(hook|audio|prompt) *= .*$",
        lambda found: f"{found[1]} = {{ {parts[found[1]]} }}",
        text,
    )


def test_both_ways_to_a_bus_are_read(good: str) -> None:
    (line,) = parse(on_isdn(good, L1OIP)).lines
    assert line.hook == Part(
        "isdn",
        {
            "transport": "l1oip",
            "mode": "bridge",
            "network": "127.0.0.1:9311",
            "terminal": "127.0.0.1:9312",
            "network_here": "127.0.0.1:9301",
            "terminal_here": "127.0.0.1:9302",
            "id": "5a2b4c6d",
        },
    )
    assert (line.audio, line.prompt) == (Part("isdn"), Part("isdn"))
    assert line.speaks
    (tapped,) = parse(on_isdn(good, KERNEL)).lines
    assert tapped.hook.options["network"] == "HFC-S_USB.1"
    assert not tapped.speaks


def test_addresses_elsewhere_need_a_word_that_they_are_in_a_vpn(
    good: str, mistakes: Mistakes
) -> None:
    away = on_isdn(good, L1OIP.replace("127.0.0.1:9311", "10.8.0.2:9311"))
    assert mistakes(away) == [("line.hook.network", "tunnel_open")]
    (line,) = parse(away.replace('id = "5a2b', 'over_vpn = true, id = "5a2b')).lines
    assert line.hook.options["over_vpn"] is True


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            'transport = "l1oip", ',
            "",
            [("line.hook.transport", "missing")],
        ),
        (
            '"l1oip"',
            '"capi"',
            [("line.hook.transport", "word_unknown")],
        ),
        ('mode = "bridge", ', "", [("line.hook.mode", "missing")]),
        ('"bridge"', '"brigde"', [("line.hook.mode", "word_near")]),
        ('network = "127.0.0.1:9311", ', "", [("line.hook.network", "missing")]),
        ('"127.0.0.1:9301"', '"127.0.0.1"', [("line.hook.network_here", "end")]),
        ('"127.0.0.1:9301"', '"127.0.0.1:931"', [("line.hook.network_here", "end_port")]),
        ('"127.0.0.1:9301"', '"127.0.0.1:99999"', [("line.hook.network_here", "end_port")]),
        ('"127.0.0.1:9301"', '"0.0.0.0:9301"', [("line.hook.network_here", "end_of_all")]),
        ('"127.0.0.1:9301"', '"localhost:9301"', [("line.hook.network_here", "end")]),
        ('"127.0.0.1:9312"', '"127.0.0.1:9311"', [("line.hook.terminal", "again")]),
        ('"127.0.0.1:9302"', '"127.0.0.1:9301"', [("line.hook.terminal_here", "again")]),
        ('"127.0.0.1:9301"', '"[::1]:9301"', [("line.hook.network_here", "end_family")]),
        ('"5a2b4c6d"', '"00000000"', [("line.hook.id", "tunnel_id")]),
        ('"5a2b4c6d"', '"tunnel"', [("line.hook.id", "tunnel_id")]),
        ('"5a2b4c6d"', '"5a2b4c6d", card = "LineTap"', [("line.hook.card", "unknown")]),
    ],
)
def test_each_mistake_is_told(
    good: str, mistakes: Mistakes, right: str, wrong: str, said: list[tuple[str, str]]
) -> None:
    text = on_isdn(good, L1OIP)
    assert right in text
    assert mistakes(text.replace(right, wrong, 1)) == said


def test_cards_of_the_kernel_have_names_and_nothing_of_a_network(
    good: str, mistakes: Mistakes
) -> None:
    same = on_isdn(good, KERNEL.replace("HFC-S_USB.2", "HFC-S_USB.1"))
    assert mistakes(same) == [("line.hook.terminal", "again")]
    foreign = on_isdn(good, f'{KERNEL}, id = "5a2b4c6d"')
    assert mistakes(foreign) == [("line.hook.id", "of_kind")]


def test_an_isdn_line_is_one_device(good: str, mistakes: Mistakes) -> None:
    text = on_isdn(good, L1OIP).replace(
        'audio = { driver = "isdn" }', 'audio = { driver = "sound", card = "LineTap" }'
    )
    assert mistakes(text) == [("line.audio.driver", "half_isdn")]


def test_two_lines_have_two_buses(good: str, mistakes: Mistakes) -> None:
    text = on_isdn(good, KERNEL)
    head, _, rest = text.partition("[[purpose]]")
    line = head[head.index("[[line]]") :]
    second = line.replace(line.split('name = "')[1].split('"')[0], "Boss", 1)
    told = mistakes(f"{head}{second}\n[[purpose]]{rest}")
    assert ("line.hook.network", "device_taken") in told


@pytest.mark.parametrize(
    ("end", "parts"),
    [("127.0.0.1:9311", ("127.0.0.1", 9311)), ("[::1]:9311", ("::1", 9311))],
)
def test_an_end_is_a_host_and_a_port(good: str, end: str, parts: tuple[str, int]) -> None:
    here = "[::1]:9301" if "[" in end else "127.0.0.1:9301"
    ends = L1OIP.replace("127.0.0.1:9311", end).replace("127.0.0.1:9301", here)
    (line,) = parse(on_isdn(good, ends)).lines
    assert parse_end(str(line.hook.options["network"])) == parts
