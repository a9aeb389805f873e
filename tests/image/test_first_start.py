"""A card that was just written: its first start, its plug pulled, its second start."""

import hashlib
import re
import ssl
from pathlib import Path

import pytest

from tests.image.card import Card, new_card

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

PASSWORD = r"One-time password of the first page: ([0-9A-Z]{5}(?:-[0-9A-Z]{5}){3})"
FINGERPRINT = r"SHA-256 of zgoda.crt, the certificate to trust:\s+((?:[0-9A-F]{2}:){15}[0-9A-F]{2})"
LOCAL = "https://zgoda.local/"


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    return new_card(tmp_path_factory.mktemp("card"))


@pytest.fixture(scope="module")
def first(card: Card) -> dict[str, str]:
    """The first start, until the console says all that a person needs; then the plug is pulled."""
    seen: dict[str, str] = {}
    with card.boot() as running:
        seen["password"] = running.wait_for(PASSWORD)[1]
        seen["fingerprint"] = running.wait_for(FINGERPRINT)[1]
        seen["console"] = "\n".join(running.lines)
    return seen


def trusted(card: Card) -> Path:
    path = card.folder / "zgoda.crt"
    path.write_bytes(card.read("zgoda.crt"))
    return path


def test_the_console_says_where_the_panel_is(first: dict[str, str]) -> None:
    assert LOCAL in first["console"]


def test_the_password_stands_on_the_card_for_any_computer(
    card: Card, first: dict[str, str]
) -> None:
    assert first["password"] in card.read("zgoda-password.txt").decode("utf-8-sig")


def test_the_authority_on_the_card_is_the_one_of_the_console(
    card: Card, first: dict[str, str]
) -> None:
    der = ssl.PEM_cert_to_DER_cert(trusted(card).read_text())

    assert hashlib.sha256(der).hexdigest().upper().startswith(first["fingerprint"].replace(":", ""))


def test_after_a_power_cut_it_is_the_same_box_and_asks_to_be_set_up(
    card: Card, first: dict[str, str]
) -> None:
    with card.boot() as running:
        running.wait_for(re.escape(LOCAL))
        again = running.wait_for(FINGERPRINT)[1]
        running.wait_for(PASSWORD)
        status, headers, page = running.get("/", trusted(card))
        while status in {302, 303}:
            status, headers, page = running.get(headers["location"], trusted(card))
        console = "\n".join(running.lines)

    assert again == first["fingerprint"]
    assert status == 200
    assert "Zgoda" in page
    assert "a fresh card" not in console
    assert "login:" not in console
