"""Settings that people write onto the card: taken whole, or refused with what is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.card.settings import LONGEST_FILE, CardSettings, parse_settings, read_settings
from appliance.config.mistakes import MistakesFound
from appliance.errors import ConfigError

ROOT = Path(__file__).parents[2]
DELIVERED = ROOT / "image-build" / "boot" / "zgoda-network.txt"
KEY = "ssh-ed25519 " + "A" * 68 + " office@desk"


def parsed(text: str) -> CardSettings:
    return parse_settings(text, "zgoda-network.txt")


def test_an_untouched_card_says_nothing() -> None:
    assert read_settings(DELIVERED) == CardSettings()


def test_a_card_without_the_file_says_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "zgoda-network.txt") == CardSettings()


def test_every_example_on_the_card_is_taken_once_its_sign_is_removed() -> None:
    text = (
        DELIVERED.read_text("utf-8").replace("AAAA…", "A" * 68).replace("its password", "secret12")
    )
    lines = [line.lstrip("#") for line in text.splitlines() if line[:1] == "#" and " = " in line]
    settings = parsed("\n".join(line for line in lines if line[:1] != " "))

    assert settings.address == "192.168.1.20/24"
    assert settings.ssh_key.startswith("ssh-ed25519 ")
    assert all(getattr(settings, name) for name in CardSettings.__slots__)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_computers_editor_will_do(tmp_path: Path, encoding: str, end: str) -> None:
    file = tmp_path / "zgoda-network.txt"
    file.write_bytes(f"# Sieć{end}  name=biuro{end}{end}".encode(encoding))

    assert read_settings(file).name == "biuro"


WRONG = {
    "name = Zgoda": ":1: name = Zgoda: Use small letters",
    "\nnmae = zgoda": ":2: “nmae” is not known here; choose one of these: name, address",
    "name zgoda": "Write name = value.",
    "name = a\nname = b": ":2: name: Something is there twice",
    "address = 192.168.1.20": "Write an address with its network",
    "address = 8.8.8.8/24": "the office’s own network",
    "address = 192.168.1.20/33": "such as 192.168.1.20/24",
    "gateway = 192.168.1.1": "A gateway needs an address",
    "address = 192.168.1.20/24\ngateway = 10.0.0.1": "is not in the network 192.168.1.0/24",
    "dns = zgoda.local": "Write an address, such as",
    "wifi = office": "wifi needs wifi-password and country",
    "wifi-password = secret12": "A password needs wifi",
    "wifi-password = short": "8 to 63 letters",
    "country = pl": "two capital letters",
    "usb-network = no": "Write yes, or put a # before the line",
    "usb-network = usbhid": "Write yes",
    "ssh-key = ssh-dss AAAA": "Write a public key",
    'wifi = a"\n\tkey_mgmt=NONE': "Leave out quotation marks",
    "time-server = -oX": "Write the name or the address",
    f"wifi = {'ł' * 17}": "at most 32 bytes",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_told_with_its_line(text: str) -> None:
    with pytest.raises(ConfigError, match=r"zgoda-network\.txt") as told:
        parsed(text)
    assert WRONG[text] in str(told.value)


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_said_in_the_language_of_the_console(text: str) -> None:
    with pytest.raises(MistakesFound) as told:
        parsed(text)
    for language in ("pl", "de"):
        said = told.value.told(language)
        assert "zgoda-network.txt" in said
        assert not any(each.sentence() in said for each in told.value.mistakes)


def test_a_password_is_not_told() -> None:
    with pytest.raises(ConfigError) as told:
        parsed("wifi-password = geheim7")
    assert "geheim7" not in str(told.value)


def test_all_mistakes_are_told_together() -> None:
    with pytest.raises(ConfigError) as told:
        parsed("name = A\ncountry = pl\n")
    assert len(str(told.value).splitlines()) == 2


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name = \xb3\n", b"#" * (LONGEST_FILE + 1)])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "zgoda-network.txt"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"zgoda-network\.txt"):
        read_settings(file)


def test_another_file_cannot_be_read_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_settings(tmp_path)


@given(st.text(), st.sampled_from(["name", "wifi", "ssh-key", "time-server", "dns"]))
def test_no_value_breaks_out_of_its_line(value: str, name: str) -> None:
    """What is taken is written into other programs' files: one line, without quotation marks."""
    try:
        settings = parsed(f"{name} = {value}\nwifi-password = secret12\ncountry = PL\nwifi = x")
    except ConfigError:
        return
    for field in CardSettings.__slots__:
        assert getattr(settings, field).isprintable()
        assert '"' not in getattr(settings, field)
