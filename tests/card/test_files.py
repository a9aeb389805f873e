"""Each start of a card makes of its system what its settings say."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.card import usb
from appliance.card.board.note import KeyNote, KeyRequest
from appliance.card.files import BOARD_SECRET, BOARD_STATE, card_files
from appliance.card.settings import ZONES, CardSettings
from appliance.commands.processes.card import command
from appliance.config import reach
from appliance.config.read import load

ROOT = Path(__file__).parents[2]
KEY = "ssh-ed25519 " + "A" * 68
NETWORK = "/run/systemd/network/10-zgoda.network"
RADIO = "/run/systemd/network/11-zgoda-wifi.network"


def test_an_untouched_card_is_zgoda_local_and_lets_nobody_in() -> None:
    files = card_files(CardSettings())

    assert files["/etc/hostname"].text == "zgoda\n"
    assert "DHCP=yes" in files[NETWORK].text
    assert set(files) == {"/etc/hostname", "/etc/hosts", "/etc/zgoda/zgoda.toml", NETWORK}


def test_a_panel_with_the_boxs_name_is_served_over_tls_alone(tmp_path: Path) -> None:
    seed = tmp_path / "zgoda.toml"
    seed.write_text(card_files(CardSettings(name="biuro"))["/etc/zgoda/zgoda.toml"].text)
    config = load(seed)

    assert config.fresh
    assert reach.proxied(config.panel)
    assert "biuro.local" in reach.names(config.panel)
    assert config.vault.eraser == "file"


def test_only_a_board_with_a_secret_is_told_to_use_it() -> None:
    seed = card_files(CardSettings(), "board")["/etc/zgoda/zgoda.toml"].text

    assert tomllib.loads(seed)["vault"] == {"eraser": "board", "board_secret": BOARD_SECRET}


def test_a_fixed_address_is_for_one_way() -> None:
    fixed = CardSettings(address="192.168.1.20/24", gateway="192.168.1.1")
    radio = CardSettings(
        address="192.168.1.20/24", wifi="office", wifi_password="secret12", country="PL"
    )

    assert "Address=192.168.1.20/24" in card_files(fixed)[NETWORK].text
    assert "Address" not in card_files(radio)[NETWORK].text
    assert "Address=192.168.1.20/24" in card_files(radio)[RADIO].text


def test_a_network_adapter_on_usb_is_let_in_only_if_the_card_says_so() -> None:
    said = card_files(CardSettings(usb_network="yes"))[f"/{usb.BY_NAME[1]}"].text

    assert set(said.split()) == set(usb.NETWORK)
    assert set(usb.NETWORK).isdisjoint(usb.DRIVERS)
    assert not [path for path in card_files(CardSettings()) if "usb" in path]


def test_only_root_reads_the_radios_password() -> None:
    radio = CardSettings(wifi="office", wifi_password="secret12", country="PL")
    (kept,) = (f for p, f in card_files(radio).items() if p.endswith("-wlan0.conf"))

    assert kept.mode == 0o600
    assert 'psk="secret12"' in kept.text


def test_a_key_lets_its_owner_in() -> None:
    files = card_files(CardSettings(ssh_key=KEY))

    assert files["/run/zgoda-card/authorized_keys"].text == f"{KEY}\n"
    lines = (ROOT / "firmware-config/firewall/ssh.nft").read_text().splitlines(keepends=True)
    rules = "".join(line for line in lines if line[0] != "#")
    assert files["/etc/zgoda/firewall/in/ssh.nft"].text == rules


def laid(tmp_path: Path, text: str, *more: str) -> tuple[int, str]:
    settings = tmp_path / "zgoda-network.txt"
    settings.write_text(text)
    told = CliRunner().invoke(
        command, ["--settings", str(settings), "--root", str(tmp_path / "root"), *more]
    )
    said = f"{told.output}{told.exception or ''}"
    return told.exit_code, said


def test_a_mistake_is_told_and_the_box_still_has_a_network(tmp_path: Path) -> None:
    code, said = laid(tmp_path, "name = biuro\naddress = here")

    assert code == 1
    assert ":2: " in said
    assert "meanwhile" in said
    assert (tmp_path / "root/etc/hostname").read_text() == "zgoda\n"
    assert "DHCP=yes" in (tmp_path / f"root{NETWORK}").read_text()


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("", "Europe/Warsaw"),
        ("time-zone = Europe/Berlin", "Europe/Berlin"),
        ("time-zone =", "Europe/Warsaw"),
    ],
)
def test_the_box_has_the_offices_time(tmp_path: Path, text: str, zone: str) -> None:
    laid(tmp_path, "time-zone = Asia/Tokyo")
    laid(tmp_path, text)

    link = tmp_path / "root/etc/localtime"
    assert link.is_symlink()
    assert link.resolve() == (ZONES / zone).resolve()


def test_a_second_start_writes_the_same(tmp_path: Path) -> None:
    laid(tmp_path, "name = biuro")
    code, said = laid(tmp_path, "name = biuro")

    assert (code, said) == (0, "The device is biuro.local.\n")
    assert not list((tmp_path / "root").rglob(".*"))


@pytest.mark.parametrize(
    ("key", "begun", "said"),
    [
        (bytes(32), False, "blank"),
        (bytes(32), True, "blank"),
        (bytes(28) + b"keys", False, "foreign"),
        (b"keys" * 7 + bytes(4), True, "part"),
        (b"keys" * 8, False, "whole"),
        (b"keys" * 8, True, "whole"),
    ],
)
def test_a_key_with_a_blank_row_is_none(tmp_path: Path, key: bytes, begun: bool, said: str) -> None:
    (tmp_path / "board-key").write_bytes(key)
    note, level = KeyNote(tmp_path / "root/data/board"), said == "whole"
    if begun:
        note.write(KeyRequest(1_795_000_000.0, "begun"))
    laid(tmp_path, "", "--board-key", str(tmp_path / "board-key"))
    assert (tmp_path / f"root{BOARD_STATE}").read_text() == f"{said}\n"
    assert note.has_begun() is (begun and not level)
    seed = tomllib.loads((tmp_path / "root/etc/zgoda/zgoda.toml").read_text())

    assert ("vault" in seed) is level
    assert (tmp_path / f"root{BOARD_SECRET}").exists() is level


def test_a_board_without_the_module_has_no_secret(tmp_path: Path) -> None:
    code, _said = laid(tmp_path, "", "--board-key", str(tmp_path / "absent"))

    assert code == 0
    assert (tmp_path / f"root{BOARD_STATE}").read_text() == "none\n"
