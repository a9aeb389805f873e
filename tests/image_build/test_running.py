"""On a running system: programs first, then files, then units; and nothing twice."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from installer import environment
from installer.checks import Asked
from installer.environment import EnvironmentFailed
from installer.install import Machine, Refused, install, uninstall

from tests.image_build.trees import held, system

RELEASE = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n'


class Here(Asked):
    """A tree that is taken for the running system."""

    @property
    def here(self) -> bool:
        return True


class Told:
    """A machine that does nothing but make environments, and remembers what it was told."""

    def __init__(self, root: Path) -> None:
        self.root, self.said, self.fails = root, list[str](), ""
        self.at_first: dict[str, tuple[str, int]] = {}

    def run(self, command: Sequence[str]) -> None:
        line = " ".join(command)
        if self.fails and self.fails in line:
            raise EnvironmentFailed(f"This failed: {line}")
        if not self.said:
            self.at_first = held(self.root)
        self.said.append(line.replace(str(self.root), ""))
        if "-m venv" in line:
            Path(command[-1]).mkdir()

    def units(self) -> list[str]:
        return [line for line in self.said if line.startswith("systemctl")]

    @property
    def machine(self) -> Machine:
        return Machine(self.run, lambda: True)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("os.sync", lambda: None)
    monkeypatch.setattr("sys.base_prefix", "/usr")
    monkeypatch.setattr(environment, "sources", lambda _: [])  # 20 MB, which are the same all along
    (system(tmp_path) / "etc/os-release").write_text(RELEASE)
    (tmp_path / "wheels").mkdir()
    for name in ("zgoda-0.1.0-py3-none-any.whl", "pyaudio-0.2.14-cp313-cp313-linux_x86_64.whl"):
        (tmp_path / "wheels" / name).write_text(name)
    return tmp_path


def asked(root: Path, *options: str, ssh: bool = False) -> Here:
    surroundings = {"SSH_CONNECTION": "192.168.1.5 50000 192.168.1.20 22"} if ssh else {}
    return Here(root, options, wheels=root / "wheels", surroundings=surroundings)


def test_programs_come_first_and_units_last(root: Path) -> None:
    told = Told(root)
    install(asked(root), told.machine)

    laid = [path for path in told.at_first if "zgoda" in path and not path.startswith("wheels/")]
    assert laid == []  # before the programs are there
    commands = [line.split()[0] for line in told.said]
    assert "-m venv" in told.said[0]
    assert "--require-hashes" in told.said[1]
    assert "--no-index" in told.said[1]  # wheels are there: no network
    assert commands.index("systemd-sysusers") < commands.index("systemd-tmpfiles")
    assert told.units() == [
        "systemctl daemon-reload",
        "systemctl start zgoda-clock-set.path zgoda-first-run.path zgoda-first-run.service",
        "systemctl restart zgoda-keeper.service zgoda-panel.service zgoda-recorder.service",
        "systemctl try-restart zgoda-proxy.service",
        "systemctl try-restart systemd-timesyncd.service",
    ]
    program = root / "opt/zgoda"
    assert program.is_symlink()
    assert (program / environment.READY).exists()


def test_a_second_time_starts_nothing_anew(root: Path) -> None:
    """A restart of the recorder ends a recording."""
    install(asked(root), Told(root).machine)
    again = Told(root)
    install(asked(root), again.machine)

    assert again.said == []


def test_what_was_cut_off_before_the_start_is_started_next_time(root: Path) -> None:
    cut = Told(root)
    cut.fails = "systemd-sysusers"
    with pytest.raises(EnvironmentFailed):
        install(asked(root), cut.machine)

    again = Told(root)
    install(asked(root), again.machine)
    assert "systemd-sysusers" in again.said
    assert any(line.startswith("systemctl restart") for line in again.said)


def test_what_may_fail_keeps_nothing_from_starting(root: Path) -> None:
    told = Told(root)
    told.fails = "try-restart"
    tree = install(asked(root), told.machine)
    assert any(line.startswith("systemctl restart") for line in told.said)
    assert "This had no effect: systemctl try-restart zgoda-proxy.service" in tree.report.left


OPENED = "nft add table inet zgoda; delete table inet zgoda"
"""What ends a table whose unit has failed, and which systemd therefore does not stop."""


def test_an_option_that_ends_ends_now(root: Path) -> None:
    """A firewall that is undone and goes on would be shown as gone."""
    install(asked(root, "firewall", "firewall-ssh"), Told(root).machine)
    told = Told(root)
    install(asked(root), told.machine, undo=("firewall", "firewall-ssh"))
    stop = told.said.index("systemctl stop zgoda-firewall.service")
    assert told.said[stop + 1] == OPENED


def test_an_option_that_begins_begins_now(root: Path) -> None:
    told = Told(root)
    install(asked(root, "ssh-off", "uart"), told.machine)
    assert "systemctl stop ssh.socket ssh.service" in told.said
    again = Told(root)
    install(asked(root), again.machine)
    assert again.said == []


def test_a_python_that_the_processes_may_not_see_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.base_prefix", "/home/anna/.pyenv/versions/3.13.5")
    with pytest.raises(Refused, match="PYTHON=/usr/bin/python3"):
        install(asked(root), Told(root).machine)


def test_a_root_whose_files_nobody_else_may_read_installs_all_the_same(root: Path) -> None:
    before = os.umask(0o077)
    try:
        install(asked(root), Told(root).machine)
        for path in ("opt/zgoda", "usr/lib/zgoda", "etc/zgoda", "etc/zgoda/zgoda.toml"):
            assert (root / path).stat().st_mode & 0o005, path
        assert os.umask(0o022) == 0o022  # what pip writes follows it
    finally:
        os.umask(before)


def test_a_new_version_takes_the_place_of_the_old_in_one_step(root: Path) -> None:
    install(asked(root), Told(root).machine)
    old = (root / "opt/zgoda").readlink()
    (root / "wheels/zgoda-0.1.0-py3-none-any.whl").write_text("newer")

    cut = Told(root)
    cut.fails = "pip"
    before = held(root)
    with pytest.raises(EnvironmentFailed):
        install(asked(root), cut.machine)
    assert held(root) == before  # the old one goes on, and nothing half is left

    told = Told(root)
    install(asked(root), told.machine)
    assert (root / "opt/zgoda").readlink() != old
    assert not (root / "opt" / old).exists()
    assert any(line.startswith("systemctl restart") for line in told.said)


def test_an_environment_that_was_cut_off_is_made_again(root: Path) -> None:
    name = f"zgoda-{environment.key(root / 'wheels')}"
    (root / "opt" / name / "lib").mkdir(parents=True)
    told = Told(root)
    install(asked(root), told.machine)

    assert "-m venv" in told.said[0]


def test_only_what_was_asked_for_is_done_to_the_machine(root: Path) -> None:
    told = Told(root)
    install(asked(root), told.machine)
    assert not any("swapoff" in line or "firewall" in line for line in told.said)

    told = Told(root)
    install(asked(root, "no-swap", "firewall", "firewall-ssh"), told.machine, "zgoda")
    assert "swapoff --all" in told.said
    assert "systemctl reload-or-restart zgoda-firewall.service" in told.said
    assert "hostnamectl set-hostname zgoda" in told.said


# The kernel's table of connections: one from 192.168.1.5 to port 22 of 192.168.1.20.
TABLE = "  sl  local_address rem_address   st\n   0: 1401A8C0:0016 0501A8C0:C350 {} 0\n"


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
    ],
)
def test_a_rule_that_lets_somebody_else_in_opens_no_door(root: Path, rule: str) -> None:
    (root / "etc/ssh/sshd_config").write_text("Port 2222\n")
    own_rule(root, rule)
    assert "close it behind them" in may(came(root, "1401A8C0:08AE 0501A8C0:C350 01"), *SSH)


def test_a_rule_that_its_owner_has_removed_lets_nobody_in(root: Path) -> None:
    assert may(asked(root), *SSH) == ""
    (root / "etc/zgoda/firewall/in/ssh.nft").unlink()
    assert "close it behind them" in may(came(root, "1401A8C0:0016 0501A8C0:C350 01"), *SSH)


def test_a_rule_that_goes_lets_nobody_in(root: Path) -> None:
    assert may(asked(root), *SSH) == ""
    here = came(root, "1401A8C0:0016 0501A8C0:C350 01")
    with pytest.raises(Refused, match="take --firewall ssh"):
        install(here, Told(root).machine, undo=("firewall-ssh",))


@pytest.mark.parametrize(
    ("release", "why"),
    [
        (RELEASE.replace("13", "11"), "12 or newer"),
        ("ID=fedora\nVERSION_ID=43\n", "needs Debian or Raspberry Pi OS"),
        ("", "needs Debian or Raspberry Pi OS"),
    ],
)
def test_another_system_is_refused(root: Path, release: str, why: str) -> None:
    (root / "etc/os-release").write_text(release)
    with pytest.raises(Refused, match=why):
        install(asked(root), Told(root).machine)


def test_a_raspberry_pi_os_is_a_debian(root: Path) -> None:
    (root / "etc/os-release").write_text('ID=raspbian\nID_LIKE=debian\nVERSION_ID="12"\n')
    install(asked(root), Told(root).machine)


def test_only_root_installs_and_removes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(asked(root), Told(root).machine)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    for act in (install, uninstall):
        with pytest.raises(Refused, match="Only root"):
            act(asked(root), Told(root).machine)


def test_a_folder_of_wheels_that_lacks_one_is_refused(root: Path) -> None:
    next((root / "wheels").glob("pyaudio*")).unlink()
    before = held(root)
    with pytest.raises(EnvironmentFailed, match="0 wheels of pyaudio"):
        install(asked(root), Told(root).machine)
    assert held(root) == before


def test_everything_ends_before_it_is_removed(root: Path) -> None:
    before = held(root)
    install(asked(root, "firewall", "firewall-ssh"), Told(root).machine)
    told = Told(root)
    uninstall(asked(root), told.machine)

    first = told.said[0].split()
    assert first[:3] == ["systemctl", "disable", "--now"]
    assert {"zgoda-proxy.service", "zgoda-keeper.service", "zgoda-firewall.service"} < set(first)
    assert "usr/lib/systemd/system/zgoda-keeper.service" in told.at_first
    assert told.said[1] == OPENED
    assert told.units()[-1] == "systemctl daemon-reload"
    assert held(root) == before


def test_a_firewall_that_was_enabled_by_hand_goes_with_its_unit(root: Path) -> None:
    install(asked(root), Told(root).machine)
    told = Told(root)
    uninstall(asked(root), told.machine)
    assert "zgoda-firewall.service" in told.said[0].split()
    assert told.said[1] == OPENED

    (root / "usr/sbin/nft").unlink()
    install(asked(root), Told(root).machine)
    told = Told(root)
    assert not [line for line in uninstall(asked(root), told.machine).report.left if "nft" in line]
    assert OPENED not in told.said
