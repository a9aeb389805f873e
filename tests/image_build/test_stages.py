"""The build of the card: its stages, its settings, and what must not be in it."""

import configparser
import datetime
import json
import re
import subprocess
from pathlib import Path

import pytest
from card.bundle import COMPATIBLE
from card.imager import entry, main
from card.parts import PartsError, debian, document, fetched, python, sources
from card.wheels import lists

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "image-build"
FILES = BUILD / "files"
UNITS = FILES / "usr/lib/systemd/system"


def ours() -> list[Path]:
    """Every file of the build that people wrote."""
    return [path for path in BUILD.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def test_each_named_stage_is_there_and_runs() -> None:
    (names,) = re.findall(r"^stages=\((.*)\)$", (BUILD / "build").read_text(), re.MULTILINE)

    for name in names.split():
        assert (BUILD / "stages" / name).stat().st_mode & 0o111, name


def test_no_mirror_is_named() -> None:
    """Packages come from where the build machine's own apt gets them."""
    for path in ours():
        text = path.read_text("utf-8")
        assert not re.search(r"://(deb|ftp|security|archive|snapshot|mirror|pypi)[\w.-]*", text), (
            path
        )
        assert not re.search(r"\bdeb(-src)? (\[.*\] )?(https?|file):", text), path


def test_no_package_is_listed_twice() -> None:
    lines = (BUILD / "packages").read_text().splitlines()
    names = [line.partition("#")[0].strip() for line in lines]
    names = [name for name in names if name]

    assert len(names) == len(set(names)) > 20
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name) for name in names)


def test_nobody_logs_in_without_a_key() -> None:
    """No getty, no password, and SSH only where the card names a key."""
    stage = (BUILD / "stages" / "root").read_text()
    ssh = (FILES / "etc/ssh/sshd_config.d/10-zgoda-card.conf").read_text()

    assert "usermod --lock root" in stage
    assert re.search(r"mask getty\.target getty@tty1\.service serial-getty@\.service", stage)
    assert "PasswordAuthentication no" in ssh
    assert (
        "ConditionPathExists=/run/zgoda-card/authorized_keys"
        in (UNITS / "ssh.service.d/card.conf").read_text()
    )


@pytest.mark.parametrize("unit", sorted(UNITS.glob("*.mount")), ids=lambda path: path.name)
def test_nothing_on_the_data_partition_can_be_started(unit: Path) -> None:
    (options,) = re.findall(r"^Options=(.*)$", unit.read_text(), re.MULTILINE)

    assert {"nodev", "nosuid", "noexec"} <= set(options.split(","))


def test_the_journal_is_bounded_and_gone_with_the_power() -> None:
    journal = (FILES / "etc/systemd/journald.conf.d/zgoda.conf").read_text()

    assert "Storage=volatile" in journal
    assert re.search(r"^RuntimeMaxUse=\d+M$", journal, re.MULTILINE)


@pytest.mark.parametrize("name", ["keeper", "recorder", "panel", "proxy", "first-run"])
def test_without_the_data_partition_no_process_runs(name: str) -> None:
    """In memory a recording would be gone with the power, and nobody would know."""
    dropped = UNITS / f"zgoda-{name}.service.d" / "card.conf"

    assert "RequiresMountsFor=/var/lib/zgoda" in dropped.read_text()
    assert (ROOT / "systemd" / f"zgoda-{name}.service").exists()


def test_users_have_the_same_numbers_in_every_system() -> None:
    """The data partition outlives the system that wrote it."""
    fixed = (FILES / "etc/sysusers.d/00-zgoda-card.conf").read_text()
    named = (ROOT / "systemd/sysusers.d/zgoda.conf").read_text()
    wanted = {line.split()[1] for line in named.splitlines() if line[:1] in {"u", "g"}}
    numbers = [line.split()[2].partition(":")[0] for line in fixed.splitlines() if line[0] != "#"]

    assert wanted == {line.split()[1] for line in fixed.splitlines() if line[0] in "ug"}
    assert len(numbers) == len(set(numbers))
    assert all(900 < int(number) < 1000 for number in numbers)


def test_bootloader_card_and_system_agree_on_their_places() -> None:
    boot = (BUILD / "boot" / "boot.cmd").read_text()
    layout = (BUILD / "card.cfg").read_text()
    table = re.findall(r"^(/dev/\S+) (\S+) (\S+)$", (FILES / "etc/fw_env.config").read_text(), re.M)

    assert [(place, size) for _device, place, size in table] == [("0x100000", "0x200")]
    assert "read ${at} 0x800 1" in boot
    assert 0x800 * 512 == 0x100000
    assert "offset = 2M" in layout
    assert "mark=$((0x200000 / 512))" in (FILES / "usr/lib/zgoda-card/data").read_text()
    halves = re.findall(r"partition [ab] \{[^}]*size = (\d+)M", layout)
    (most,) = re.findall(r"\(\(megabytes <= (\d+)\)\)", (BUILD / "stages" / "root").read_text())
    assert halves == [most, most]
    (number,) = re.findall(r"disk-signature = 0x([0-9a-f]{8})", layout)
    for path in (BUILD / "boot/boot.cmd", FILES / "etc/fstab", FILES / "usr/lib/zgoda-card/data"):
        assert f"{number}-0" in path.read_text(), path
    assert number in (FILES / "etc/udev/rules.d/60-zgoda-card.rules").read_text()


def test_bundle_card_and_bootloader_agree_about_updates() -> None:
    conf = configparser.ConfigParser(delimiters="=")
    conf.read(FILES / "etc/rauc/system.conf")
    (number,) = re.findall(r"disk-signature = 0x([0-9a-f]{8})", (BUILD / "card.cfg").read_text())
    slots = [conf[f"slot.system.{at}"] for at in (0, 1)]

    assert conf["system"]["compatible"] == COMPATIBLE
    assert conf["system"]["bundle-formats"] == "-plain"
    assert conf["system"]["min-bundle-version"] == "@VERSION@"
    assert "s/@VERSION@/" in (BUILD / "stages" / "root").read_text()
    assert conf["keyring"]["check-purpose"] == "codesign"
    assert [slot["bootname"] for slot in slots] == ["A", "B"]
    assert [Path(slot["device"]).name for slot in slots] == [f"{number}-02", f"{number}-03"]
    boot = (BUILD / "boot" / "boot.cmd").read_text()
    tries = conf["system"]["boot-attempts-primary"]
    assert f"setenv BOOT_B_LEFT {tries}" in boot
    assert "rauc.slot=${slot}" in boot


def test_units_parse(tmp_path: Path) -> None:
    """As systemd reads them; what they start is not on this machine."""
    for unit in UNITS.iterdir():
        if unit.is_file():
            text = re.sub(r"^(Exec\w+=-?\+?)\S+", r"\1/bin/true", unit.read_text(), flags=re.M)
            (tmp_path / unit.name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in checked.stderr.splitlines() if "/tmp" in line] == []
    assert checked.returncode == 0


def test_what_people_read_on_the_card_is_readable_everywhere() -> None:
    network = (BUILD / "boot" / "zgoda-network.txt").read_bytes()

    assert network.count(b"\n") == network.count(b"\r\n") > 20
    assert max(map(len, network.decode().splitlines())) <= 100


def made(folder: Path) -> tuple[Path, Path]:
    image, compressed = folder / "zgoda.img", folder / "zgoda-0.1.0-arm64.img.zst"
    image.write_bytes(b"card" * 1000)
    compressed.write_bytes(b"small")
    return image, compressed


def test_imagers_entry_says_what_is_written(tmp_path: Path) -> None:
    day = datetime.date(2026, 11, 28)
    said = entry(*made(tmp_path), "https://example.org/zgoda/", day)
    assert isinstance(said["os_list"], list)
    (card,) = said["os_list"]
    required = {"name", "description", "icon", "url", "extract_size", "extract_sha256"}

    assert required | {"image_download_size", "release_date"} <= set(card)
    assert card["url"] == "https://example.org/zgoda/zgoda-0.1.0-arm64.img.zst"
    assert (card["extract_size"], card["image_download_size"]) == (4000, 5)
    assert card["extract_sha256"] != card["image_download_sha256"]
    assert card["release_date"] == "2026-11-28"


def test_imagers_entry_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*map(str, made(tmp_path))])

    assert json.loads(capsys.readouterr().out)["os_list"][0]["devices"] == [
        "pi3-64bit",
        "pi4-64bit",
    ]


def test_a_folder_without_its_slash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main([*map(str, made(tmp_path)), "--url", "https://example.org/zgoda"])


STATUS = """Package: libc6
Source: glibc
Version: 2.41-12
Description: not a field of ours:
 Source: nonsense

Package: adduser
Version: 3.152

Package: zlib1g
Source: zlib (1:1.3-1)
Version: 1:1.3-1+b1

Package: linux-image-6.12.1-arm64
Source: linux-signed-arm64 (6.12.1+1)
Version: 6.12.1-1
"""


def test_each_package_of_debians_is_known_by_its_source() -> None:
    assert sources(STATUS) == {
        "libc6": ("glibc", "2.41-12"),
        "adduser": ("adduser", "3.152"),
        "zlib1g": ("zlib", "1:1.3-1"),
        "linux-image-6.12.1-arm64": ("linux", "6.12.1-1"),
    }
    with pytest.raises(PartsError, match="dpkg does not know 'stranger'"):
        list(debian("stranger 1 all\n", sources(STATUS)))


def test_the_list_of_parts_has_every_package_once() -> None:
    known = sources(STATUS)
    parts = [
        *debian("libc6:arm64 2.41-12 arm64\nadduser 3.152 all\n", known),
        *debian("adduser 3.152 all\n", known),
        *fetched("u-boot-rpi_2025.01-3+deb13u1_arm64.deb\nx_1%3a2_all.deb\n"),
        *python("".join(lists()["product.txt"])),
    ]
    listed = document(parts, "0.1.0")
    components = listed["components"]
    assert isinstance(components, list)
    purls = [part["purl"] for part in components if "purl" in part]

    assert purls == sorted(set(purls))
    libc = "pkg:deb/debian/libc6@2.41-12?arch=arm64&distro=trixie&upstream=glibc%402.41-12"
    assert libc in purls
    assert "pkg:deb/debian/x@1%3A2?arch=all&distro=trixie&upstream=x%401%3A2" in purls
    assert any("&upstream=u-boot%402025.01-3%2Bdeb13u1" in purl for purl in purls)
    assert any(purl.startswith("pkg:pypi/cryptography@") for purl in purls)
    assert json.loads(json.dumps(listed))["specVersion"] == "1.6"


@pytest.mark.parametrize("read", [lambda line: debian(line, {}), fetched, python])
def test_a_line_that_is_no_part_is_told(read: object) -> None:
    assert callable(read)
    with pytest.raises(PartsError, match="no part"):
        list(read("?"))
