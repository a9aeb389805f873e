"""On a running system: programs first, then files, then units; and nothing twice."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from installer import checks, environment
from installer.environment import EnvironmentFailed
from installer.install import Refused, install, uninstall
from installer.places import REPOSITORY

from tests.image_build.trees import RELEASE, Told, asked, held, running


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return running(tmp_path, monkeypatch)


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
        "systemctl start zgoda-clock-set.path zgoda-first-run.path zgoda-courier.path "
        "zgoda-first-run.service",
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


def test_without_the_wheels_it_still_changes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would want a compiler, which a box does not have."""
    monkeypatch.setattr(checks, "_builders", lambda: iter(["gcc"]))
    with pytest.raises(Refused, match="apt install gcc"):
        install(replace(asked(root), wheels=None), Told(root).machine)
    install(asked(root), Told(root).machine)
    again = Told(root)
    install(replace(asked(root), wheels=None), again.machine)

    assert again.said == []


def test_another_version_is_not_taken_for_the_one_that_is_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(asked(root), Told(root).machine)
    monkeypatch.setattr(environment, "sources", lambda _: [REPOSITORY / "LICENSE"])
    again = Told(root)
    again.fails = "-m venv"

    with pytest.raises(EnvironmentFailed):
        install(replace(asked(root), wheels=None), again.machine)


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
