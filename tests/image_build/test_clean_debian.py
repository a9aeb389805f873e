"""In a clean Debian 13 without pip and network, package and installer do their work."""

import re
import shutil
from pathlib import Path

import pytest
from installer import deb
from installer.places import read

from tests.image_build.clean_debian import Clean, lay_sources, make, needed

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

MORE = ["udev", "python3-venv"]
"""The installer's own needs; the package works without them."""

FINDS = "import cryptography, gpiozero, numpy, pyaudio, serial, soundfile, soxr, waitress"
SETTLED = "/etc/zgoda/zgoda.toml"
DOCTOR = f"zgoda doctor --config {SETTLED} --data /var/lib/zgoda"


@pytest.fixture(scope="module")
def clean(folder: Path) -> Clean:
    return make(folder / "root", [*needed(), *MORE])


def works(clean: Clean, tmp: str) -> None:
    """All that has a foreign library is found; a call is recorded; the doctor speaks."""
    clean.said(f"/opt/zgoda/bin/python -c '{FINDS}'")
    said = clean.said(f"zgoda call --data {tmp} --answer 1 --talk 1")
    assert said.startswith("Recorded as ")
    doctor = clean.run(DOCTOR)
    assert doctor.returncode in {0, 1}
    assert "Traceback" not in doctor.stdout + doctor.stderr
    assert "configuration" in doctor.stdout.lower() or "settings" in doctor.stdout.lower()


def enabled(clean: Clean) -> set[str]:
    units = [unit.name for unit in read().units]
    said = clean.run(f"systemctl is-enabled {' '.join(units)}").stdout.split()
    return {unit for unit, state in zip(units, said, strict=True) if state == "enabled"}


def test_the_package(clean: Clean, wheels: Path, folder: Path) -> None:
    package = deb.build(deb.Wish("amd64", folder / "out", wheels, offline=True))
    shutil.copyfile(package, clean.root / "zgoda.deb")
    assert clean.run("command -v pip || command -v gcc").returncode != 0

    clean.said("dpkg --install /zgoda.deb")
    assert clean.said("dpkg --verify zgoda") == ""
    assert enabled(clean) == {unit.name for unit in read().units}
    modes = clean.said("stat -c '%a %U %G' /var/lib/zgoda /var/lib/zgoda/new").splitlines()
    assert modes == ["751 zgoda-keeper zgoda-keeper", "2710 zgoda-keeper zgoda-in"]
    works(clean, "/tmp/box")

    clean.said(f"echo '# mine' >>{SETTLED}; touch /var/lib/zgoda/rec/one")
    clean.said("systemctl disable --quiet zgoda-panel.service")
    clean.said("dpkg --install /zgoda.deb")  # as an update does
    assert "# mine" in clean.said(f"cat {SETTLED}")
    assert enabled(clean) == {unit.name for unit in read().units} - {"zgoda-panel.service"}

    clean.said("dpkg --remove zgoda")
    assert clean.said(f"cat {SETTLED}; ls /var/lib/zgoda/rec").endswith("one\n")
    assert clean.run("ls /opt/zgoda/lib /usr/bin/zgoda").returncode != 0
    clean.said("dpkg --purge zgoda")
    assert clean.run(f"ls {SETTLED}").returncode != 0
    assert clean.said("ls /var/lib/zgoda/rec") == "one\n"
    left = clean.said("find / -xdev -iname '*zgoda*' -not -path '/proc/*' -not -path '/tmp/*'")
    known = r"/(zgoda\.deb|var/lib/(zgoda(/.*)?|dpkg/.*|systemd/.*)|run/.*|srv/.*)"
    assert [path for path in left.split() if not re.fullmatch(known, path)] == []
    clean.said("rm -rf /var/lib/zgoda /tmp/box")


def test_the_package_is_the_same_when_it_is_built_again(wheels: Path, folder: Path) -> None:
    packages = [
        deb.build(deb.Wish("amd64", folder / name, wheels, offline=True)) for name in ("one", "two")
    ]
    first, second = (package.read_bytes() for package in packages)
    assert first == second


def test_the_installer(clean: Clean, wheels: Path) -> None:
    lay_sources(clean, wheels)
    setup = "cd /srv/zgoda && python3 image-build/setup"

    said = clean.said(f"{setup} install --wheels /srv/wheels")
    assert "/opt/zgoda -> zgoda-" in said
    assert enabled(clean) == {unit.name for unit in read().units}
    works(clean, "/tmp/box")
    tree = "find / -xdev -not -path '/proc/*' -not -path '/tmp/*' -newer /srv/mark -type f"
    clean.said("touch /srv/mark")
    assert "Nothing had to be changed." in clean.said(f"{setup} install --wheels /srv/wheels")
    assert clean.said(tree) == ""

    clean.said(f"{setup} uninstall")
    assert clean.run("ls /opt/zgoda /usr/bin/zgoda /usr/lib/zgoda").stdout == ""
    assert clean.said("ls -d /var/lib/zgoda") == "/var/lib/zgoda\n"
