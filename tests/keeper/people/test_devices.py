"""Know a browser by its cookie: for its people, for 180 days, until ten wrong passwords."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.people.devices import (
    DAYS,
    LONGEST_COOKIE,
    MOST_PEOPLE,
    MOST_REVOKED,
    MOST_WRONG,
    KnownBrowsers,
)
from tests.keeper.boxes import KeeperBox, set_up

ANNA, JAN = "0a1b2c3d", "4e5f6a7b"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data")
    yield made
    made.keeper.close()


@pytest.fixture
def devices(box: KeeperBox) -> KnownBrowsers:
    return make(box)


def make(box: KeeperBox) -> KnownBrowsers:
    return KnownBrowsers(box.clock, lambda: box.keeper.box.keyring if box.keeper.box else None)


def test_a_browser_is_known_for_its_own_person(devices: KnownBrowsers) -> None:
    cookie = devices.remember("", ANNA)
    assert devices.find(cookie, ANNA)
    assert devices.find(cookie, JAN) is None
    assert devices.find("", ANNA) is None


def test_a_shared_browser_is_known_for_each_of_its_people(devices: KnownBrowsers) -> None:
    cookie = devices.remember(devices.remember("", ANNA), JAN)
    before = devices.find(cookie, ANNA)
    assert before
    assert devices.find(cookie, JAN)
    cookie = devices.remember(cookie, ANNA)
    assert devices.find(cookie, ANNA) not in {None, before}, "a login renews the token"
    for number in range(MOST_PEOPLE - 1):
        cookie = devices.remember(cookie, f"{number:08x}")
    assert devices.find(cookie, ANNA)
    assert devices.find(cookie, JAN) is None
    assert len(cookie) <= LONGEST_COOKIE


def test_it_ends_after_180_days_whoever_keeps_the_cookie(
    devices: KnownBrowsers, box: KeeperBox
) -> None:
    cookie = devices.remember("", ANNA)
    box.clock.advance(DAYS * DAY)
    assert devices.find(cookie, ANNA)
    box.clock.advance(DAY)
    assert devices.find(cookie, ANNA) is None


def test_a_token_of_days_to_come_is_not_believed(devices: KnownBrowsers, box: KeeperBox) -> None:
    cookie = devices.remember("", ANNA)
    box.clock.jump(-2 * DAY)
    assert devices.find(cookie, ANNA) is None


def test_no_bit_of_a_token_can_be_changed(devices: KnownBrowsers) -> None:
    cookie = devices.remember("", ANNA)
    raw = urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    for bit in range(8 * len(raw)):
        other = bytearray(raw)
        other[bit // 8] ^= 1 << bit % 8
        forged = urlsafe_b64encode(other).decode().rstrip("=")
        for operator in (ANNA, bytes(other[:4]).hex()):
            assert devices.find(forged, operator) is None


@pytest.mark.parametrize("cookie", ["x", ".", "....", "ż", "A" * 5000, "A" * 75, "=", "\0"])
def test_what_is_no_cookie_is_known_for_nobody(devices: KnownBrowsers, cookie: str) -> None:
    kept = devices.remember(cookie, ANNA)
    assert devices.find(cookie, ANNA) is None
    assert devices.find(kept, ANNA)


def test_another_box_knows_nothing(devices: KnownBrowsers, tmp_path: Path) -> None:
    other = set_up(tmp_path / "other")
    try:
        theirs = make(other)
        theirs.remember("", ANNA)
        assert theirs.find(devices.remember("", ANNA), ANNA) is None
    finally:
        other.keeper.close()


def test_ten_wrong_passwords_in_a_row_revoke_it_for_good(
    devices: KnownBrowsers, box: KeeperBox
) -> None:
    cookie, other = devices.remember("", ANNA), devices.remember("", ANNA)
    device = devices.find(cookie, ANNA)
    assert device is not None
    for _ in range(MOST_WRONG - 1):
        devices.wrong(device)
    devices.right(device)
    for _ in range(MOST_WRONG):
        devices.admit(device)
        devices.wrong(device)
    with pytest.raises(Refused):
        devices.admit(device)
    assert devices.find(cookie, ANNA) is None
    assert devices.find(other, ANNA), "another browser of the same person stays known"
    box.restart()
    assert make(box).find(cookie, ANNA) is None
    assert make(box).find(other, ANNA)


def test_the_keyring_remembers_a_few_revoked_ones(devices: KnownBrowsers, box: KeeperBox) -> None:
    for _ in range(MOST_REVOKED + 3):
        device = devices.find(devices.remember("", ANNA), ANNA)
        assert device is not None
        for _ in range(MOST_WRONG):
            devices.wrong(device)
    assert box.keeper.box is not None
    assert len(box.keeper.box.keyring.content.devices.revoked) == MOST_REVOKED


def test_a_keyring_that_cannot_be_written_leaves_a_login_without_a_cookie(
    devices: KnownBrowsers, box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    assert box.keeper.box is not None
    monkeypatch.setattr(box.keeper.box.keyring, "_save", full)
    assert devices.remember("", ANNA) == ""
