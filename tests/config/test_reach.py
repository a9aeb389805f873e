"""Choose the way by which browsers reach the panel, and its names."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.config import reach
from appliance.config.mistakes import MistakesFound
from appliance.config.read import parse, trial_text
from appliance.config.settings import Panel
from appliance.errors import ConfigError

PEM, KEY = "/etc/zgoda/tls/panel.pem", "/etc/zgoda/tls/panel.key"
EVERY = "0.0.0.0"  # noqa: S104  # nobody listens here


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    assert reach.proxied(Panel(host)) is False


@pytest.mark.parametrize("host", ["192.168.1.20", EVERY, "::", "fd00::1", "box.lan", "8.8.8.8"])
def test_beyond_loopback_a_certificate_is_needed(host: str) -> None:
    with pytest.raises(MistakesFound) as found:
        reach.proxied(Panel(host))
    (mistake,) = found.value.mistakes
    assert (mistake.key, mistake.code) == ("panel.host", "no_certificate")
    assert reach.proxied(Panel(host, certificate=PEM, key=KEY)) is True


def test_names() -> None:
    assert reach.names(Panel()) == reach.LOOPBACK_NAMES
    assert reach.names(Panel("192.168.1.20")) == ("192.168.1.20",)
    assert reach.names(Panel("fd00::1", names=("Box.lan",))) == ("[fd00::1]", "box.lan")
    assert reach.names(Panel(EVERY, names=("box.lan",))) == (*reach.LOOPBACK_NAMES, "box.lan")


@pytest.mark.parametrize(
    "names", [(), ("localhost",), ("127.0.0.1", "::1"), (EVERY,), ("::", "localhost")]
)
def test_on_every_address_a_name_for_other_computers_is_needed(names: tuple[str, ...]) -> None:
    with pytest.raises(MistakesFound) as found:
        reach.names(Panel("::", names=names, certificate=PEM, key=KEY))
    assert [each.code for each in found.value.mistakes] == ["no_names"]


@pytest.mark.parametrize(
    ("panel", "url"),
    [
        (Panel(), "http://127.0.0.1:8470/"),
        (Panel("::1", 80), "http://[::1]:80/"),
        (
            Panel("192.168.1.20", names=("box.lan",), certificate=PEM, key=KEY),
            "https://box.lan:8470/",
        ),
        (
            Panel("127.0.0.1", names=("box.lan",), certificate=PEM, key=KEY),
            "https://127.0.0.1:8470/",
        ),
        (
            Panel(EVERY, names=("localhost", EVERY, "box.lan"), certificate=PEM, key=KEY),
            "https://box.lan:8470/",
        ),
        (
            Panel("192.168.1.20", names=("localhost",), certificate=PEM, key=KEY),
            "https://192.168.1.20:8470/",
        ),
    ],
)
def test_addresses_to_type(panel: Panel, url: str) -> None:
    assert reach.url(panel) == url


Mistakes = Callable[[str], list[tuple[str, str]]]


def panel(*lines: str) -> str:
    return "\n".join([trial_text(), "[panel]", *lines])


def test_certificate_and_key_go_together(mistakes: Mistakes) -> None:
    assert mistakes(panel('certificate = "/a.pem"')) == [("panel.certificate", "pair")]
    assert mistakes(panel('key = "/a.key"')) == [("panel.key", "pair")]
    assert mistakes(panel("trusted = true")) == [("panel.trusted", "pair")]


@pytest.mark.parametrize("value", ["true", "false", '"yes"', "{ }"])
def test_the_former_word_for_a_panel_in_clear_is_passed_over(value: str) -> None:
    """An older configuration holds it; the recorder goes on by all the rest."""
    lines = ["[panel]", 'host = "192.168.1.20"', f"allow_unencrypted = {value}"]
    config = parse("\n".join([trial_text(), *lines]))
    assert config == replace(parse(trial_text()), panel=Panel("192.168.1.20"))
    with pytest.raises(ConfigError, match="Name a certificate"):
        reach.proxied(config.panel)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('names = ["a b"]', ("panel.names", "host")),
        ('names = ["-a"]', ("panel.names", "host")),
        ('names = ["*.lan"]', ("panel.names", "host")),
        ('names = [".lan"]', ("panel.names", "host")),
        ('names = "zgoda.lan"', ("panel.names", "list")),
        ('names = ["a", "a"]', ("panel.names", "twice")),
        ('certificate = "a.pem"', ("panel.certificate", "path")),
        ("allow_unencripted = true", ("panel.allow_unencripted", "unknown_near")),
        ("trusted = 1", ("panel.trusted", "flag")),
    ],
)
def test_each_wrong_value_is_named(line: str, said: tuple[str, str], mistakes: Mistakes) -> None:
    assert said in mistakes(panel(line))
