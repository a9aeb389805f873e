"""Who may log in, and the proof of it: a password that opens the wrapped reading key.

There is no stored password to compare with: a password is right if the wrap opens with it. Names
live in the sealed keyring, the audit knows operators by their random ids alone.
"""

import secrets
import threading

import pyotp

from appliance.clock import Clock
from appliance.errors import Refused, WrongSecret
from appliance.keeper.passwords import LONGEST, normal
from appliance.keeper.throttle import Throttle
from appliance.link.operations import Role
from appliance.vault.disk import wipe
from appliance.vault.keyring import Keyring, OperatorEntry
from appliance.vault.keys import Cost, unwrap, wrap

LONGEST_NAME = 60
"""Characters of an operator's name."""

TOTP_SECONDS = 30
"""A time step of RFC 6238; the step before and the one after are accepted as well."""

_WRONG = "The name, the password or the code is wrong."


def new_operator(
    name: str,
    password: str,
    roles: frozenset[Role],
    reading: bytearray,
    cost: Cost | None = None,
    operator: str = "",
) -> OperatorEntry:
    """Make the keyring's entry of a person.

    Args:
        name: as people know them; see ``check_name``.
        password: already checked.
        roles: what they may do.
        reading: the private reading key that the password is to open.
        cost: how hard guessing is to be.
        operator: the id of somebody who is known already; a new one if empty.
    """
    operator = operator or secrets.token_hex(4)
    wrapped = wrap(reading, normal(password), operator, cost)
    return OperatorEntry(operator, name, tuple(sorted(roles)), wrapped)


def check_name(name: str) -> str:
    """Accept a new operator's name and return its one spelling; raises Refused (``invalid``)."""
    chosen = " ".join(normal(name).split())
    if not chosen or len(chosen) > LONGEST_NAME or not chosen.isprintable():
        raise Refused("invalid", f"A name has 1 to {LONGEST_NAME} characters.")
    return chosen


def roles_of(entry: OperatorEntry) -> frozenset[Role]:
    """Return what a person may do; roles that this program does not know give nothing."""
    return frozenset(Role(role) for role in entry.roles if role in set(Role))


class Operators:
    """Checks who somebody is; safe between threads, one slow password check at a time."""

    def __init__(self, keyring: Keyring, clock: Clock, throttle: Throttle) -> None:
        self._keyring = keyring
        self._clock = clock
        self._throttle = throttle
        # Argon2id takes 64 MiB; side by side a few guesses would take the box's memory.
        self._one = threading.Lock()
        self._nobody: OperatorEntry | None = None

    def prove(self, name: str, password: str, totp: str = "") -> tuple[OperatorEntry, bytearray]:
        """Return the operator and the private reading key, which the caller wipes.

        Raises:
            Refused: ``wrong_password`` for a wrong or unknown anything, ``throttled``.
        """
        key = _key(name)
        self._throttle.admit(key)
        entry = self._find(key)
        # An unknown name takes as long as a wrong password, so that names cannot be tried out.
        with self._one:
            reading = self._open(entry or self._somebody(), password)
        if entry is None or reading is None:
            raise Refused("wrong_password", _WRONG)
        try:
            self._check_totp(entry, totp)
        except Refused:
            wipe(reading)
            raise
        self._throttle.passed(key)
        return entry, reading

    def _find(self, key: str) -> OperatorEntry | None:
        everybody = self._keyring.content.operators.values()
        return next((entry for entry in everybody if _key(entry.name) == key), None)

    def _open(self, entry: OperatorEntry, password: str) -> bytearray | None:
        if len(password) > LONGEST:
            return None
        try:
            return unwrap(entry.wrap, normal(password), entry.id)
        except WrongSecret:
            return None

    def _somebody(self) -> OperatorEntry:
        """Return an entry that no password opens, as costly as the others."""
        if self._nobody is None:
            costs = [entry.wrap.cost for entry in self._keyring.content.operators.values()]
            self._nobody = new_operator(
                "-", secrets.token_hex(16), frozenset(), bytearray(32), costs[0] if costs else None
            )
        return self._nobody

    def _check_totp(self, entry: OperatorEntry, code: str) -> None:
        """Check the code where one is set, and use it up: each time step serves once."""
        if not entry.totp:
            return
        totp = pyotp.TOTP(entry.totp, interval=TOTP_SECONDS)
        now = int(self._clock.now()) // TOTP_SECONDS
        for step in (now - 1, now, now + 1):
            if step > entry.totp_last and pyotp.utils.strings_equal(
                totp.generate_otp(step), code.strip()
            ):
                with self._keyring.changing() as draft:
                    draft.operators[entry.id].totp_last = step
                return
        raise Refused("wrong_password", _WRONG)


def _key(name: str) -> str:
    """Return what a name is found by: nobody remembers how they spelt it."""
    return " ".join(normal(name[:200]).split()).casefold()
