"""Test that a password is right only if the reading key opens with it."""

import threading
from pathlib import Path

import pyotp
import pytest

from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.errors import Refused
from appliance.keeper.audit.tally import Tally
from appliance.keeper.first_run.create import create_vault, make_eraser
from appliance.keeper.people.devices import KnownBrowsers
from appliance.keeper.people.gate import LOCAL, Asker, Gate
from appliance.keeper.people.operators import Operators, check_name, roles_of
from appliance.keeper.people.sessions import Sessions
from appliance.link.operations import Role
from appliance.vault.opening import keys
from appliance.vault.opening.content import OperatorEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import Wrap, public_half
from tests.boxes import CHEAP, PASSWORD
from tests.clocks import ManualClock
from tests.model.refusals import refuses
from tests.proofs import OpenHere, give_totp, prove_here

NAME = "Ewa Nowak"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def keyring(tmp_path: Path, clock: ManualClock) -> Keyring:
    config, folders = trial(), Folders(tmp_path)
    create_vault(folders, config, NAME, PASSWORD, clock, cost=CHEAP, sheet_confirmed=False)
    return Keyring.open(folders.keyring, make_eraser(folders, config))


@pytest.fixture
def operators(keyring: Keyring, clock: ManualClock) -> Operators:
    return make_operators(keyring, clock)


def make_operators(keyring: Keyring, clock: ManualClock) -> Operators:
    sessions = Sessions(clock, lambda: None)
    gate = Gate(clock, sessions, KnownBrowsers(clock, lambda: keyring))
    return Operators(keyring, clock, gate, Tally(clock), prove=prove_here)


STRANGER = Asker("stranger", "192.0.2.1")


def wrong(
    operators: Operators, name: str, password: str, totp: str = "", asker: Asker = STRANGER
) -> str:
    with pytest.raises(Refused) as caught:
        operators.prove(name, password, totp, asker)
    return caught.value.code


@pytest.mark.parametrize("name", [NAME, "ewa nowak", "  EWA \t Nowak "])
def test_name_and_password_open_the_reading_key(
    operators: Operators, keyring: Keyring, name: str
) -> None:
    entry, proof = operators.prove(name, PASSWORD, "", STRANGER)
    assert isinstance(proof, OpenHere)
    assert public_half(proof.reading_key) == keyring.content.reading_key
    assert roles_of(entry) == frozenset(Role)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        (NAME, PASSWORD + "x"),
        (NAME, ""),
        (NAME, "x" * 100_000),
        ("Ewa", PASSWORD),
        ("", ""),
        ("x" * 100_000, PASSWORD),
    ],
)
def test_nothing_else_does_and_nothing_says_why(
    operators: Operators, name: str, password: str
) -> None:
    with refuses("wrong_password") as caught:
        operators.prove(name, password, "", STRANGER)
    assert caught.value.code == "wrong_password"


def test_an_unknown_name_costs_as_much_as_a_known_one(
    operators: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs: list[object] = []

    def unwrap(wrapped: Wrap, password: str, owner: str) -> bytearray:
        costs.append(wrapped.cost)
        return keys.unwrap(wrapped, password, owner)

    monkeypatch.setattr("tests.proofs.unwrap", unwrap)
    wrong(operators, NAME, "wrong")
    wrong(operators, "nobody", "wrong")
    assert costs == [CHEAP, CHEAP]


def test_guessing_is_slowed_down_and_the_owner_gets_in(
    operators: Operators, clock: ManualClock
) -> None:
    codes = [wrong(operators, NAME, "wrong") for _ in range(5)]
    assert codes == ["wrong_password"] * 3 + ["throttled"] * 2
    clock.advance(10)
    operators.prove(NAME, PASSWORD, "", STRANGER)
    assert wrong(operators, NAME, "wrong") == "wrong_password"


def test_one_password_is_checked_at_a_time(
    operators: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = threading.Lock()
    together: list[bool] = []

    def unwrap(wrapped: Wrap, password: str, owner: str) -> bytearray:
        together.append(not inside.acquire(blocking=False))
        try:
            return keys.unwrap(wrapped, password, owner)
        finally:
            inside.release()

    monkeypatch.setattr("tests.proofs.unwrap", unwrap)
    askers = [Asker("stranger", f"192.0.2.{number}") for number in range(4)] + [LOCAL]
    threads = [
        threading.Thread(target=wrong, args=(operators, f"name {number}", "wrong", "", asker))
        for number, asker in enumerate(askers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [False] * 5


class TestTotp:
    @pytest.fixture
    def totp(self, keyring: Keyring) -> pyotp.TOTP:
        secret = pyotp.random_base32()
        with keyring.changing() as draft:
            for entry in draft.operators.values():
                give_totp(entry, secret)
        return pyotp.TOTP(secret)

    @pytest.mark.parametrize("drift", [-30, 0, 30])
    def test_a_code_is_needed(
        self, operators: Operators, clock: ManualClock, totp: pyotp.TOTP, drift: int
    ) -> None:
        assert wrong(operators, NAME, PASSWORD) == "wrong_password"
        assert wrong(operators, NAME, PASSWORD, "000 000") == "wrong_password"
        operators.prove(NAME, PASSWORD, f" {totp.at(int(clock.now()) + drift)} ", LOCAL)

    @pytest.mark.parametrize("drift", [-90, 90])
    def test_an_old_or_future_code_is_wrong(
        self, operators: Operators, clock: ManualClock, totp: pyotp.TOTP, drift: int
    ) -> None:
        code = totp.at(int(clock.now()) + drift)
        assert wrong(operators, NAME, PASSWORD, code) == "wrong_password"

    def test_a_code_serves_once_even_after_a_restart(
        self, operators: Operators, clock: ManualClock, totp: pyotp.TOTP, keyring: Keyring
    ) -> None:
        code = totp.at(int(clock.now()))
        operators.prove(NAME, PASSWORD, code, STRANGER)
        assert wrong(operators, NAME, PASSWORD, code) == "wrong_password"
        afresh = make_operators(keyring, clock)
        assert wrong(afresh, NAME, PASSWORD, code) == "wrong_password"
        clock.advance(30)
        afresh.prove(NAME, PASSWORD, totp.at(int(clock.now())), STRANGER)

    def test_a_code_without_the_password_is_not_used_up(
        self, operators: Operators, clock: ManualClock, totp: pyotp.TOTP
    ) -> None:
        code = totp.at(int(clock.now()))
        assert wrong(operators, NAME, "wrong", code) == "wrong_password"
        operators.prove(NAME, PASSWORD, code, STRANGER)


def test_a_role_that_is_not_known_gives_nothing(keyring: Keyring) -> None:
    (entry,) = keyring.content.operators.values()
    other = OperatorEntry(entry.id, entry.name, ("listener", "emperor"), entry.wrap)
    assert roles_of(other) == {Role.LISTENER}


@pytest.mark.parametrize(
    ("name", "spelt"), [(" Anna  Żółć ", "Anna Żółć"), ("A", "A"), ("Z" * 60, "Z" * 60)]
)
def test_ok__name(name: str, spelt: str) -> None:
    assert check_name(name) == spelt


@pytest.mark.parametrize("name", ["", "   ", "Z" * 61, "a\0b", "a\u202eb"])
def test_fail__name(name: str) -> None:
    with refuses("name_length"):
        check_name(name)
