"""In a clean Debian 13 that runs, package and installer do their work under systemd."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from installer import deb

from tests.image.shell import Shell
from tests.image_build.clean_debian import lay_sources, make, needed
from tests.image_build.running_debian import SYSTEM, Computer, computer

pytestmark = [pytest.mark.faults, pytest.mark.timeout(0)]

UNITS = "zgoda-recorder zgoda-keeper zgoda-panel"
CODE = "[0-9A-Z]{5}(-[0-9A-Z]{5}){3}"
PAGE = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8470/').read().decode())"
DOCTOR = "zgoda doctor --config /etc/zgoda/zgoda.toml --data /var/lib/zgoda"
LEFT = "systemctl list-units 'zgoda*' --no-legend --plain; ps -eo user=,args= | grep ^zgoda"
STARTED = "journalctl --unit=zgoda-courier --grep=Started --quiet"
INSTALL = "cd /srv/zgoda && make install WITH='--wheels /srv/wheels'"


@pytest.fixture(scope="module")
def debian(folder: Path, wheels: Path) -> Computer:
    clean = make(folder / "root", [*needed(), *SYSTEM, "python3-venv", "make"])
    package = deb.build(deb.Wish("amd64", folder / "out", wheels, offline=True))
    shutil.copyfile(package, clean.root / "zgoda.deb")
    lay_sources(clean, wheels)
    return computer(clean, folder)


@pytest.fixture
def shell(debian: Computer) -> Iterator[Shell]:
    """Switch it on, and let it come down in order."""
    with debian.on() as (running, shell):
        assert shell.run("systemctl is-system-running --wait") == "running"
        yield shell
        shell.send("systemctl poweroff")
        running.wait_until_off()


def processes(shell: Shell) -> list[str]:
    """Return the units' main processes; all are ready, and none has failed yet."""
    assert shell.run(f"systemctl is-active {UNITS}").split() == ["active"] * 3
    assert shell.run(f"systemctl show --value -p NRestarts {UNITS}").split() == ["0"] * 3
    return shell.run(f"systemctl show --value -p MainPID {UNITS}").split()


def works(shell: Shell) -> None:
    """All three processes run, tell the password, show the first page and satisfy the doctor."""
    assert len(set(processes(shell))) == 3
    assert re.fullmatch(CODE, shell.run("zgoda first-run --data /var/lib/zgoda"))
    assert 'id="code"' in shell.run(f'python3 -c "{PAGE}"')
    _, said = shell.ask(DOCTOR)
    for one in (
        "recorder answers",
        "archive service answers",
        "panel answers at http://127.0.0.1:8470/",
    ):
        assert f"ok    processes: The {one}." in said, said
    assert "Traceback" not in said


def test_the_package_starts_the_box(shell: Shell) -> None:
    shell.run("dpkg --install /zgoda.deb")
    works(shell)


def test_the_courier_comes_once_the_keeper_wants_it(shell: Shell) -> None:
    """Its path unit starts it, in the sandbox of its own."""
    assert shell.ask("systemctl is-active zgoda-courier")[1] == "inactive"
    shell.run("touch /run/zgoda-keeper/courier")
    shell.run(f"timeout 300 sh -c 'until {STARTED}; do sleep 1; done'")


def test_after_a_restart_it_is_there_again_and_purged_it_leaves_nothing_running(
    shell: Shell,
) -> None:
    works(shell)
    shell.run("dpkg --purge zgoda")
    assert shell.ask(LEFT) == (1, "")
    shell.run("rm -r /var/lib/zgoda")


def test_make_install_starts_the_box_and_done_again_changes_nothing(shell: Shell) -> None:
    said = shell.run(INSTALL)
    assert "/opt/zgoda -> zgoda-" in said
    works(shell)
    before = processes(shell)
    assert "Nothing had to be changed." in shell.run(INSTALL)
    assert processes(shell) == before


def test_after_a_restart_that_is_there_again_and_make_uninstall_ends_it(shell: Shell) -> None:
    works(shell)
    shell.run("cd /srv/zgoda && make uninstall")
    assert shell.ask(LEFT) == (1, "")
    assert shell.run("ls -d /var/lib/zgoda /opt/zgoda 2>/dev/null; true") == "/var/lib/zgoda"
