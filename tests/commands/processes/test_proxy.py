"""Check that the proxy goes by the panel's own word, and ends when that changes."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.commands.processes import proxy
from appliance.config import haproxy
from appliance.config.folders import Folders
from appliance.config.read import trial_text
from appliance.config.settings import Panel
from appliance.errors import ConfigError, ZgodaError
from appliance.link import panel_word

PANEL = Panel(certificate="/etc/zgoda/tls/panel.pem", key="/etc/zgoda/tls/panel.key")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Folders, Path]:
    """A box whose settings the proxy's user may not see, and its seed."""

    def denied(*_: object) -> None:
        raise ConfigError("settings: cannot be read: Permission denied")

    monkeypatch.setattr(proxy, "settings_of", denied)
    seed = tmp_path / "zgoda.toml"
    seed.write_text(f"{trial_text()}\n[panel]\nport = 9000\n", "utf-8")
    return Folders(tmp_path / "hidden"), seed


def test_the_panels_word_holds_and_the_seed_before_it(
    installed: tuple[Folders, Path], tmp_path: Path
) -> None:
    folders, seed = installed
    assert proxy._panel(folders, seed, tmp_path)[0].port == 9000
    panel_word.leave(tmp_path, PANEL)
    assert proxy._panel(folders, seed, tmp_path) == (PANEL, PANEL)


def test_settings_that_can_be_seen_but_not_read_are_told(
    installed: tuple[Folders, Path], tmp_path: Path
) -> None:
    folders, seed = installed
    folders.settings.mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be read"):
        proxy._panel(folders, seed, tmp_path)


def test_it_ends_when_the_panel_follows_other_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "LOOK_SECONDS", 0.05)
    panel_word.leave(tmp_path, replace(PANEL, port=9001))
    assert proxy.run_while_said(["/bin/sleep", "60"], {}, tmp_path, PANEL) == 0


def test_a_word_that_cannot_be_read_changes_nothing_and_haproxys_end_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "LOOK_SECONDS", 0.05)
    (tmp_path / panel_word.FILE).write_bytes(b"nonsense")
    command = ["/bin/sh", "-c", "exit 3"]
    assert proxy.run_while_said(command, {"PATH": "/bin"}, tmp_path, PANEL) == 3


def test_a_socket_whose_path_is_too_long_for_haproxy_is_refused_in_a_sentence() -> None:
    """The bound is haproxy's own: it refuses one byte more, and takes this one."""
    longest = Path("/" + "s" * (haproxy.LONGEST_SOCKET - 1))
    program, told = proxy.invocation(PANEL, longest, 8470)
    assert told["ZGODA_SOCKET"] == str(longest)
    assert not refused_by_haproxy(program[0], longest)
    assert refused_by_haproxy(program[0], Path(f"{longest}s"))

    with pytest.raises(ZgodaError, match=r"has 98 bytes and haproxy takes 97; choose a shorter"):
        proxy.invocation(PANEL, Path(f"{longest}s"), 8470)


def refused_by_haproxy(program: str, socket: Path) -> bool:
    """Say whether haproxy finds the path of a server's socket too long."""
    settings = f"listen panel\n bind 127.0.0.1:0\n mode tcp\n server panel unix@{socket}\n"
    command = [program, "-c", "-f", "/dev/stdin"]
    run = subprocess.run(command, input=settings, capture_output=True, check=False, text=True)
    return "too long" in run.stderr


@pytest.mark.parametrize(
    ("host", "ipv6", "bound"),
    [
        ("0.0.0.0", True, "0.0.0.0:8470,[::]:8470"),  # noqa: S104 - nobody listens there
        ("::", True, "0.0.0.0:8470,[::]:8470"),
        ("::", False, "0.0.0.0:8470"),
        ("192.168.1.20", True, "192.168.1.20:8470"),
        ("fd00::1", True, "[fd00::1]:8470"),
    ],
)
def test_every_address_is_of_both_kinds_where_the_kernel_has_both(
    monkeypatch: pytest.MonkeyPatch, host: str, *, ipv6: bool, bound: str
) -> None:
    monkeypatch.setattr(proxy, "_speaks_ipv6", lambda: ipv6)
    assert proxy._bound(host, 8470) == bound
