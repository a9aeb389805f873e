"""The Debian package holds what the list says, no more, and is the same each time."""

import gzip
import os
import re
import subprocess
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from installer.deb import DEPENDS, SCRIPTS, START, Wish, lay_files, lay_start, pack, version
from installer.main import main
from installer.places import OPTIONS, read

DOCUMENTS = "usr/share/doc/zgoda"
NAME = "opt/zgoda/lib/python3.13/site-packages/appliance/__init__.py"


def built(folder: Path, architecture: str = "amd64") -> Path:
    """A package whose Python holds one file: dpkg-deb itself makes it."""
    tree = folder / "tree"
    (tree / NAME).parent.mkdir(parents=True)
    (tree / NAME).write_text('"""Records telephone lines."""\n')
    lay_start(tree)
    lay_files(tree, read())
    return pack(tree, Wish(architecture, folder / "out"), read())


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("deb"))


@pytest.fixture(scope="module")
def control(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("control") / "files"
    subprocess.run(["dpkg-deb", "--control", str(package), str(folder)], check=True)
    return folder


def told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def contents(package: Path) -> dict[str, str]:
    """Return every path of a package with its mode and owner."""
    lines = told("dpkg-deb", "--contents", str(package)).splitlines()
    found = {}
    for line in lines:
        mode, owner, _, _, _, path = line.split(None, 5)
        found[path.partition(" -> ")[0].removeprefix(".").rstrip("/")] = f"{mode} {owner}"
    return found


def test_it_holds_what_the_list_says(package: Path) -> None:
    there, places = contents(package), read()
    assert set(places.files) | set(places.links) <= set(there)
    files = {path for path, how in there.items() if how[0] != "d"}
    rest = files - set(places.files) - set(places.links)
    assert {path for path in rest if not path.startswith("/opt/zgoda/")} == {
        *("/usr/share/doc/zgoda/copyright", "/usr/share/doc/zgoda/CHANGELOG.md"),
        *("/usr/share/doc/zgoda/changelog.gz", "/usr/share/lintian/overrides/zgoda"),
    }


def test_its_changelog_is_one_of_debians(package: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--extract", str(package), str(tmp_path)], check=True)
    log = gzip.decompress((tmp_path / f"{DOCUMENTS}/changelog.gz").read_bytes()).decode()
    head, _, said, _, end, rest = log.split("\n")

    assert (head, rest) == (f"zgoda ({version()}) stable; urgency=medium", "")
    assert said.startswith("  * ")
    who, day = end.split("  ")
    assert re.fullmatch(r" -- The Zgoda developers <\S+>", who)
    assert parsedate_to_datetime(day).tzinfo is not None
    assert f"## [{version()}]" in (tmp_path / f"{DOCUMENTS}/CHANGELOG.md").read_text("utf-8")


def test_an_older_dpkg_and_debians_archive_take_its_members(package: Path) -> None:
    """Debian's archive refuses zstd, and with it every tool that goes by the archive's rules."""
    assert told("ar", "t", str(package)).split() == [
        *("debian-binary", "control.tar.xz", "data.tar.xz")
    ]


def test_each_exception_to_debians_rules_has_a_reason_above_it(
    package: Path, tmp_path: Path
) -> None:
    subprocess.run(["dpkg-deb", "--extract", str(package), str(tmp_path)], check=True)
    text = (tmp_path / "usr/share/lintian/overrides/zgoda").read_text("utf-8")

    for part in text.split("\n\n")[1:]:
        lines = part.strip().splitlines()
        assert lines[0].startswith("# ")
        for line in lines:
            assert line.startswith(("# ", "zgoda: "))
            if line.startswith("zgoda: "):  # of what others made, never of ours
                assert "[opt/zgoda/" in line
                assert not re.search("appliance|pyaudio", line)


def test_whatever_the_umask_it_is_the_same(package: Path, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        again = built(tmp_path)
    finally:
        os.umask(before)

    assert again.read_bytes() == package.read_bytes()


def test_it_touches_nothing_that_has_to_be_asked_for(package: Path) -> None:
    only_on_demand = set(read(OPTIONS).files) - set(read().files)
    assert only_on_demand
    assert not only_on_demand & set(contents(package))


def test_everything_in_it_is_roots_and_nobody_else_may_write(package: Path) -> None:
    for path, how in contents(package).items():
        assert how.endswith("root/root"), path
        assert how[0] == "l" or how[5] == how[8] == "-", path
    assert contents(package)["/opt/zgoda/bin/zgoda"].startswith("-rwxr-xr-x")


def test_what_stands_below_etc_is_its_owners(control: Path) -> None:
    listed = (control / "conffiles").read_text().splitlines()
    assert listed == sorted(path for path in read().files if path.startswith("/etc/"))


def test_it_needs_nothing_but_debians_own(control: Path) -> None:
    text = (control / "control").read_text()
    fields = dict(re.findall(r"^([\w-]+): (.*)$", text, re.MULTILINE))
    assert fields["Depends"] == ", ".join(DEPENDS)
    assert (fields["Package"], fields["Version"]) == ("zgoda", version())
    assert "pip" not in fields["Depends"]
    assert "@" not in re.sub(r"<.*>", "", text)


def test_the_sums_are_of_what_is_in_it(package: Path, control: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--extract", str(package), str(tmp_path)], check=True)
    done = subprocess.run(
        ["md5sum", "--check", "--quiet", str(control / "md5sums")], check=False, cwd=tmp_path
    )
    assert done.returncode == 0


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_of_the_package_is_clean(control: Path, name: str) -> None:
    script = control / name
    assert "@" not in script.read_text()
    done = subprocess.run(["shellcheck", str(script)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_recordings_outlive_the_package(control: Path) -> None:
    for name in SCRIPTS:
        commands = [
            line
            for line in (control / name).read_text().splitlines()
            if re.search(r"\brm\b|\brmdir\b", line) and "echo" not in line
        ]
        assert not [line for line in commands if "/var/lib/zgoda" in line]


def test_the_chip_is_not_read_when_the_package_is_installed(control: Path) -> None:
    """Read later than at boot, it agrees with whoever has set it."""
    text = (control / "postinst").read_text()
    started = [line for line in text.splitlines() if re.search(r"invoke (re)?start", line)]
    assert len(started) == 4
    assert not [line for line in started if "zgoda-clock.service" in line]


def test_what_is_stopped_for_an_update_is_started_after_it(control: Path) -> None:
    stopped = re.findall(r"invoke stop (.*?) >", (control / "prerm").read_text())[0].split()
    started = re.findall(r"invoke (?:re)?start (.*?) >", (control / "postinst").read_text())
    started.remove("zgoda-firewall.service")  # is not stopped
    assert set(stopped) == {unit for line in started for unit in line.split()}


def script(control: Path, folder: Path, name: str, act: str) -> list[str]:
    """Run a script of the package on a system of its own, and return what it called."""
    text = (control / name).read_text().replace("/run/systemd/system", str(folder))
    text = text.replace("/opt/zgoda/", f"{folder}/")
    (folder / "lib").mkdir(parents=True)
    (folder / "bin").mkdir()
    for program in ("deb-systemd-invoke", "deb-systemd-helper", "systemctl", "nft", "python"):
        called = f'#!/bin/sh\necho "{program} $*" >>{folder}/called\n'
        (folder / "bin" / program).write_text(f"{called}test {program} != nft\n")
        (folder / "bin" / program).chmod(0o755)
    for program in ("systemd-sysusers", "systemd-tmpfiles", "udevadm"):
        (folder / "bin" / program).symlink_to("/bin/true")
    (folder / "called").touch()
    path = f"{folder}/bin:/usr/bin:/bin"
    subprocess.run(["sh", "-c", text, name, act], check=True, env={"PATH": path})
    return (folder / "called").read_text().splitlines()


def test_the_firewall_goes_with_the_package(control: Path, tmp_path: Path) -> None:
    """Also one whose unit has failed over a rule of the owner's: systemd stops it no more."""
    called = script(control, tmp_path / "away", "prerm", "remove")
    assert called[-2:] == [
        "deb-systemd-invoke stop zgoda-firewall.service zgoda-clock.service",
        "nft add table inet zgoda; delete table inet zgoda",
    ]
    again = script(control, tmp_path / "back", "postinst", "abort-remove")
    assert "deb-systemd-invoke start zgoda-firewall.service" in again


def test_the_systems_own_folder_is_there_when_the_package_has_gone(
    control: Path, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/deb-systemd-helper").symlink_to("/bin/true")
    text = (control / "postrm").read_text("utf-8").replace("/opt", f"{tmp_path}/opt")
    path = f"{tmp_path}/bin:/usr/bin:/bin"
    for _ in range(2):
        subprocess.run(["sh", "-c", text, "postrm", "remove"], check=True, env={"PATH": path})
        assert (tmp_path / "opt").stat().st_mode & 0o777 == 0o755


def test_an_update_is_at_no_moment_without_the_firewall(control: Path, tmp_path: Path) -> None:
    called = script(control, tmp_path / "old", "prerm", "upgrade")
    called += script(control, tmp_path / "new", "postinst", "configure")
    firewall = [line for line in called if "firewall" in line or line.startswith("nft")]
    assert firewall == ["systemctl try-reload-or-restart zgoda-firewall.service"]
    assert not [line for line in called if "stop" in line and "zgoda-clock.service" in line]


def test_built_twice_it_is_the_same(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from a commit that is younger than the files that it is built of."""
    assert built(tmp_path / "again").read_bytes() == package.read_bytes()

    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(2**31))
    one, two = (built(tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two


def test_the_command_runs_what_the_wheel_would_run() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    (module, name) = re.findall(r'^zgoda = "([\w.]+):(\w+)"', project, re.MULTILINE)[0]
    assert f"from {module} import {name}\n" in START


def test_another_processor_needs_pyaudio_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    command = ["deb", "--architecture", "arm64", "--out", str(tmp_path)]
    assert main(command) == 1
    assert "PyAudio cannot be built for arm64 here" in capsys.readouterr().err
    (tmp_path / "wheels").mkdir()
    assert main([*command, "--wheels", str(tmp_path / "wheels")]) == 1
    assert "0 wheels of zgoda" in capsys.readouterr().err


def test_a_package_needs_no_unit_that_is_not_in_it(package: Path) -> None:
    there, places = contents(package), read()
    for unit in places.units:
        assert f"/usr/lib/systemd/system/{unit.name}" in there
