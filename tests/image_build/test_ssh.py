"""Nobody is locked out over SSH."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from installer.install import Refused, install

from tests.image_build.trees import Here, Told, asked, running

# The kernel's table of connections: one from 192.168.1.5 to port 22 of 192.168.1.20.
TABLE = "  sl  local_address rem_address   st\n   0: 1401A8C0:0016 0501A8C0:C350 {} 0\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return running(tmp_path, monkeypatch)


def through_ssh(root: Path, how: str) -> Here:
    here = asked(root, ssh=how == "variable")
    (root / "proc/net").mkdir(parents=True)
    (root / "proc/net/tcp").write_text(TABLE.format("01" if how == "connection" else "0A"))
    for pid, name, parent in ((os.getpid(), "python3", 77), (77, "sudo", 76), (76, how, 1)):
        (root / f"proc/{pid}").mkdir()
        (root / f"proc/{pid}/stat").write_text(f"{pid} ({name}) S {parent} 1 1 0")
    return here


@pytest.mark.parametrize("how", ["variable", "connection", "sshd", "sshd-session"])
@pytest.mark.parametrize("option", ["firewall", "ssh-off"])
def test_nobody_closes_the_door_through_which_they_came(root: Path, how: str, option: str) -> None:
    told, here = Told(root), through_ssh(root, how)
    with pytest.raises(Refused, match="close it behind them"):
        install(replace(here, options=(option,)), told.machine)
    assert told.said == []

    install(replace(here, options=("firewall", "firewall-ssh")), told.machine)


def test_at_the_box_itself_the_door_can_be_closed(root: Path) -> None:
    here = through_ssh(root, "login")
    install(replace(here, options=("firewall", "ssh-off")), Told(root).machine)


NO_SSH, SSH = ("firewall",), ("firewall", "firewall-ssh")


def came(root: Path, line: str, table: str = "tcp") -> Here:
    """Somebody came as a line of the kernel's table says, and sudo has taken the variable away."""
    (root / "proc/net").mkdir(parents=True, exist_ok=True)
    (root / f"proc/net/{table}").write_text(f"  sl  local_address rem_address   st\n   0: {line}\n")
    return asked(root)


def may(here: Here, *options: str) -> str:
    """Return why it is refused; empty if it is not."""
    try:
        install(replace(here, options=options), Told(here.root).machine)
    except Refused as refused:
        return str(refused)
    return ""


def own_rule(root: Path, rule: str) -> None:
    (root / "etc/zgoda/firewall/in").mkdir(parents=True, exist_ok=True)
    (root / "etc/zgoda/firewall/in/own.nft").write_text(f"# the office's\n{rule}\n")


@pytest.mark.parametrize(
    ("table", "line", "peer"),
    [
        ("tcp", "1401A8C0:0016 057100CB:C350 01", "203.0.113.5"),
        ("tcp6", f"{'0' * 32}:0016 {'0' * 16}FFFF0000057100CB:C350 01", "203.0.113.5"),
        ("tcp6", f"{'0' * 32}:0016 B80D0120{'0' * 16}07000000:C350 01", "2001:db8::7"),
    ],
)
def test_who_came_from_farther_than_the_firewall_lets_in_is_not_locked_out(
    root: Path, table: str, line: str, peer: str
) -> None:
    here = came(root, line, table)
    said = may(here, *SSH)
    assert f"through SSH, from {peer} at port 22, and the firewall would close it" in said
    assert "take --firewall ssh" not in may(here, *NO_SSH)

    own_rule(root, f"ip{'6' if ':' in peer else ''} saddr {peer} tcp dport ssh accept")
    assert may(here, *SSH) == ""


@pytest.mark.parametrize("option", [NO_SSH, SSH, ("ssh-off",)])
def test_another_port_of_ssh_is_a_door_too(root: Path, option: tuple[str, ...]) -> None:
    (root / "etc/ssh/sshd_config.d").mkdir()
    (root / "etc/ssh/sshd_config.d/port.conf").write_text("#Port 22\nport = 2222\n")
    here = came(root, "1401A8C0:08AE 0501A8C0:C350 01")
    assert "close it behind them" in may(here, *option)


@pytest.mark.parametrize("option", [NO_SSH, SSH, ("ssh-off",)])
def test_a_port_that_only_the_process_above_knows_is_a_door_too(
    root: Path, option: tuple[str, ...]
) -> None:
    through_ssh(root, "sshd-session")
    here = came(
        root,
        "00000000:08AE 00000000:0000 0A 0:0 0:0 0 0 0 4710\n"
        "   1: 1401A8C0:08AE 0501A8C0:C350 01 0:0 0:0 0 0 0 4711",
    )
    (root / "proc/76/fd").mkdir()
    (root / "proc/76/fd/3").symlink_to("socket:[4711]")
    assert "close it behind them" in may(here, *option)
    if option != ("ssh-off",):
        own_rule(root, "ip saddr @near4 tcp dport { 9100, 2222 } accept")
        assert may(here, *option) == ""


def test_a_connection_that_nobody_knows_from_where_closes_no_door(root: Path) -> None:
    here = replace(asked(root), surroundings={"SSH_CONNECTION": "UNKNOWN 65535 UNKNOWN 65535"})
    assert "close it behind them" in may(here, *NO_SSH)


@pytest.mark.parametrize(
    "rule",
    [
        "# tcp dport 2222 accept",
        "tcp dport 2222 drop",
        "udp dport 2222 accept",
        "ct state established accept",
        "tcp dport != 2222 accept",
        "ip saddr 10.8.0.0/24 tcp dport 2222 accept",
        "tcp dport { 22, 9100-9200 } accept",
        "tcp dport 2222 drop\ntcp dport 2222 accept",
        "ip saddr 192.168.1.0/24 reject\ntcp dport 2222 accept",
    ],
)
def test_a_rule_that_lets_somebody_else_in_opens_no_door(root: Path, rule: str) -> None:
    (root / "etc/ssh/sshd_config").write_text("Port 2222\n")
    own_rule(root, rule)
    assert "close it behind them" in may(came(root, "1401A8C0:08AE 0501A8C0:C350 01"), *SSH)


def test_a_file_that_nft_leaves_out_opens_no_door(root: Path) -> None:
    own_rule(root, "tcp dport 22 accept")
    own = root / "etc/zgoda/firewall/in/own.nft"
    own.rename(own.with_name(".own.nft"))
    assert "close it behind them" in may(came(root, "1401A8C0:0016 0501A8C0:C350 01"), *NO_SSH)


def test_a_rule_that_its_owner_has_removed_lets_nobody_in(root: Path) -> None:
    assert may(asked(root), *SSH) == ""
    (root / "etc/zgoda/firewall/in/ssh.nft").unlink()
    assert "close it behind them" in may(came(root, "1401A8C0:0016 0501A8C0:C350 01"), *SSH)


def test_a_rule_that_goes_lets_nobody_in(root: Path) -> None:
    assert may(asked(root), *SSH) == ""
    here = came(root, "1401A8C0:0016 0501A8C0:C350 01")
    with pytest.raises(Refused, match="take --firewall ssh"):
        install(here, Told(root).machine, undo=("firewall-ssh",))
