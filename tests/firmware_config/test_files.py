"""The hardware's configuration: files that the system can read, a reason for each line."""

import configparser
import dataclasses
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from appliance.config.settings import Front
from appliance.lines.profiles import monitor_profile

FOLDER = Path(__file__).parents[2] / "firmware-config"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".md")
RULES = sorted((FOLDER / "udev").glob("*.rules"))

LONGEST_BOOT_LINE = 98
"""The firmware cuts what is longer."""

BOOT_SETTINGS = {"dtparam", "dtoverlay", "usb_max_current_enable"}


def plain(path: Path) -> list[str]:
    """The lines of a file that are no comments."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_the_table_names_every_file_and_no_other() -> None:
    table = (FOLDER / "README.md").read_text("utf-8")
    named = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert sorted(named) == sorted(str(path.relative_to(FOLDER)) for path in FILES)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix != ".svg"], ids=lambda path: path.name
)
def test_each_file_begins_with_what_it_is_for(path: Path) -> None:
    assert path.read_text("utf-8").startswith("# ")


def test_profiles_can_be_read() -> None:
    for path in (FOLDER / "monitors").glob("*.toml"):
        assert monitor_profile(path.stem).dialect == path.stem


# -- udev ----------------------------------------------------------------------------------------


def test_udev_understands_every_rule() -> None:
    command = ["udevadm", "verify", "--resolve-names=never", *map(str, RULES)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Success: {len(RULES)}" in done.stdout


def test_a_rule_that_udev_does_not_understand_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "70-wrong.rules"
    wrong.write_text('SUBSYSTEM=="tty", SIMLINK+="x"\n')
    command = ["udevadm", "verify", "--resolve-names=never", str(wrong)]
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


def test_modems_are_left_alone_before_anybody_looks_for_them() -> None:
    """ModemManager takes its candidates in a file that begins with 80."""
    serial = FOLDER / "udev/70-zgoda-serial.rules"
    tagged = [line for line in plain(serial) if 'ENV{ID_MM_DEVICE_IGNORE}="1"' in line]
    assert [line.split(",")[0] for line in tagged] == ['SUBSYSTEM=="usb"', 'SUBSYSTEM=="tty"']
    assert all(path.name < "80" for path in RULES)


def test_sound_card_ids_are_what_the_kernel_takes() -> None:
    """At most 15 letters, digits, _ or -; an id that is taken is refused."""
    text = (FOLDER / "udev/70-zgoda-sound.rules").read_text("utf-8")
    places = re.findall(r'^ENV\{ID_PATH\}=="([^"]+)", ATTR\{id\}="([^"]+)"', text, re.MULTILINE)
    assert places
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,15}", name) for _, name in places)
    boards: dict[str, list[str]] = {}
    for place, name in places:
        boards.setdefault(place.split("-")[0], []).append(name)
    assert all(len(names) == len(set(names)) for names in boards.values())


# -- ALSA and kernel modules ---------------------------------------------------------------------


def test_portaudio_finds_a_default_that_leads_nowhere(tmp_path: Path) -> None:
    """As on a box without any card: it is there, can be played to, and nobody hears it."""
    conf = tmp_path / "alsa.conf"
    conf.write_text(f"</usr/share/alsa/alsa.conf>\n<{FOLDER / 'alsa/asound.conf'}>\n")
    program = (
        "import json, pyaudio\n"
        "audio = pyaudio.PyAudio()\n"
        "host = audio.get_host_api_info_by_type(pyaudio.paALSA)\n"
        "name = audio.get_device_info_by_index(host['defaultOutputDevice'])['name']\n"
        "stream = audio.open(rate=8000, channels=1, format=pyaudio.paInt16, output=True,\n"
        "                    output_device_index=host['defaultOutputDevice'])\n"
        "stream.write(bytes(3200))\n"
        "stream.close()\n"
        "audio.terminate()\n"
        "print(json.dumps(name))\n"
    )
    environment = os.environ | {"ALSA_CONFIG_PATH": str(conf), "JACK_NO_START_SERVER": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == "default"


def test_module_options_are_written_as_modprobe_reads_them() -> None:
    for line in plain(FOLDER / "modprobe/zgoda.conf"):
        assert re.fullmatch(r"options \w+( \w+=\w+)+|blacklist \w+", line), line


# -- the board -----------------------------------------------------------------------------------


def test_boot_settings_are_written_as_the_firmware_reads_them() -> None:
    lines = (FOLDER / "boot/zgoda.txt").read_text("utf-8").splitlines()
    assert all(len(line) <= LONGEST_BOOT_LINE for line in plain(FOLDER / "boot/zgoda.txt"))
    settings = [line.removeprefix("#") for line in lines if re.match(r"#?\w+=", line)]
    assert settings
    for setting in settings:
        key, _, value = setting.partition("=")
        assert key in BOOT_SETTINGS, setting
        assert re.fullmatch(r"[\w-]+(=[\w.]+)?(,\w+(=\w+)?)*", value), setting
    sections = [line for line in plain(FOLDER / "boot/zgoda.txt") if line.startswith("[")]
    assert sections[0] == sections[-1] == "[all]"  # what config.txt says after it is for all


def test_the_switch_that_shuts_down_is_none_of_the_fronts_pins() -> None:
    text = (FOLDER / "boot/zgoda.txt").read_text("utf-8")
    (pin,) = re.findall(r"^dtoverlay=gpio-shutdown,gpio_pin=(\d+)", text, re.MULTILINE)
    assert int(pin) not in dataclasses.asdict(Front()).values()


def test_the_switch_leaves_the_two_wires_of_the_module_alone() -> None:
    settings = plain(FOLDER / "boot/zgoda.txt")
    assert "dtparam=i2c_arm=on" in settings
    (pin,) = re.findall(r"gpio_pin=(\d+)", "\n".join(settings))
    assert int(pin) > 3


def test_a_module_is_no_second_clock_of_a_board_that_has_one() -> None:
    """The units read rtc0."""
    section, sections = "", dict[str, list[str]]()
    for line in plain(FOLDER / "boot/zgoda.txt"):
        if line.startswith("["):
            section = line
        sections.setdefault(section, []).append(line)
    with_clock = {name for name, lines in sections.items() if "dtoverlay=i2c-rtc,ds3231" in lines}
    assert with_clock == {"[pi3]", "[pi4]", "[pi02]"}


def test_the_boards_lamp_tells_nobody_what_is_written() -> None:
    assert "dtparam=act_led_trigger=heartbeat" in plain(FOLDER / "boot/zgoda.txt")


def test_each_modem_whose_id_is_known_has_a_stable_name() -> None:
    rules = (FOLDER / "udev/70-zgoda-serial.rules").read_text("utf-8")
    named = re.findall(
        r'ENV\{ID_VENDOR_ID\}=="(\w+)", ENV\{ID_MODEL_ID\}=="(\w+)", ENV\{ZGODA_MODEM\}', rules
    )
    known = {
        usb
        for path in (FOLDER / "modems").glob("*.toml")
        for usb in tomllib.loads(path.read_text("utf-8")).get("usb", [])
    }
    assert {f"{vendor}:{model}" for vendor, model in named} == known


def test_what_can_do_harm_is_left_to_the_owner() -> None:
    """More USB current and the clock's charger are only right with the parts they are for."""
    settings = "\n".join(plain(FOLDER / "boot/zgoda.txt"))
    assert "rtc_bbat_vchg" not in settings
    assert "usb_max_current" not in settings


def test_the_watchdog_waits_no_longer_than_the_board_can() -> None:
    conf = configparser.ConfigParser()
    conf.read(FOLDER / "boot/watchdog.conf")
    assert int(conf["Manager"]["RuntimeWatchdogSec"]) <= 15


def test_the_wheel_carries_all_of_it() -> None:
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["firmware-config"] == "appliance/firmware_config"
