"""Read the options of ISDN lines; every mistake is told with the way out."""

import re
from collections.abc import Callable

import pytest

from appliance.config.read import parse
from appliance.config.settings import Part
from appliance.config.validators import parse_end

Mistakes = Callable[[str], list[str]]

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
    (said,) = mistakes(away)
    assert "line.hook.network: is 10.8.0.2:9311, and L1oIP neither encrypts nor proves" in said
    assert "or write over_vpn = true if this address is in a VPN" in said
    (line,) = parse(away.replace('id = "5a2b', 'over_vpn = true, id = "5a2b')).lines
    assert line.hook.options["over_vpn"] is True


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('transport = "l1oip", ', "", 'hook.transport: is missing; add transport = "l1oip" or'),
        ('"l1oip"', '"capi"', "hook.transport: is 'capi'; known are l1oip, kernel"),
        ('mode = "bridge", ', "", "hook.mode: is missing"),
        ('"bridge"', '"brigde"', "did you mean bridge?"),
        ('network = "127.0.0.1:9311", ', "", "hook.network: is missing"),
        ('"127.0.0.1:9301"', '"127.0.0.1"', "network_here: is '127.0.0.1'; write an IP address"),
        ('"127.0.0.1:9301"', '"127.0.0.1:931"', "choose a port from 1024 to 65535"),
        ('"127.0.0.1:9301"', '"127.0.0.1:99999"', "choose a port from 1024 to 65535"),
        ('"127.0.0.1:9301"', '"0.0.0.0:9301"', "name one address, not all of them"),
        ('"127.0.0.1:9301"', '"localhost:9301"', "write an IP address and a port"),
        ('"127.0.0.1:9312"', '"127.0.0.1:9311"', "terminal: is '127.0.0.1:9311', as network;"),
        ('"127.0.0.1:9302"', '"127.0.0.1:9301"', "terminal_here: is '127.0.0.1:9301', as netw"),
        ('"5a2b4c6d"', '"00000000"', "hook.id: is '00000000'; write 8 hex digits"),
        ('"5a2b4c6d"', '"tunnel"', "hook.id: is 'tunnel'; write 8 hex digits"),
        ('"5a2b4c6d"', '"5a2b4c6d", card = "LineTap"', "hook.card: is unknown"),
    ],
)
def test_each_mistake_is_told(
    good: str, mistakes: Mistakes, right: str, wrong: str, said: str
) -> None:
    text = on_isdn(good, L1OIP)
    assert right in text
    told = mistakes(text.replace(right, wrong, 1))
    assert any(said in line for line in told), told


def test_cards_of_the_kernel_have_names_and_nothing_of_a_network(
    good: str, mistakes: Mistakes
) -> None:
    (same,) = mistakes(on_isdn(good, KERNEL.replace("HFC-S_USB.2", "HFC-S_USB.1")))
    assert "terminal: is 'HFC-S_USB.1', as network; the two sides are different" in same
    (unknown,) = mistakes(on_isdn(good, f'{KERNEL}, id = "5a2b4c6d"'))
    assert "hook.id: is unknown" in unknown


def test_an_isdn_line_is_one_device(good: str, mistakes: Mistakes) -> None:
    text = on_isdn(good, L1OIP).replace(
        'audio = { driver = "isdn" }', 'audio = { driver = "sound", card = "LineTap" }'
    )
    (said,) = mistakes(text)
    assert "audio.driver: is 'sound' and hook is 'isdn', and an ISDN line has no other" in said


def test_two_lines_have_two_buses(good: str, mistakes: Mistakes) -> None:
    text = on_isdn(good, KERNEL)
    head, _, rest = text.partition("[[purpose]]")
    line = head[head.index("[[line]]") :]
    second = line.replace(line.split('name = "')[1].split('"')[0], "Boss", 1)
    told = mistakes(f"{head}{second}\n[[purpose]]{rest}")
    assert any("hook.network: is 'HFC-S_USB.1', which line" in each for each in told), told


@pytest.mark.parametrize(
    ("end", "parts"),
    [("127.0.0.1:9311", ("127.0.0.1", 9311)), ("[::1]:9311", ("::1", 9311))],
)
def test_an_end_is_a_host_and_a_port(good: str, end: str, parts: tuple[str, int]) -> None:
    text = on_isdn(good, L1OIP.replace("127.0.0.1:9311", end))
    (line,) = parse(text).lines
    assert parse_end(str(line.hook.options["network"])) == parts
