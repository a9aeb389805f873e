"""Prove who an operator is: the password opens the wrapped reading key.

No password is stored for comparison: a password is right if the wrap opens with it. Names are in
the sealed keyring alone; the audit knows operators by random ids.
"""

import secrets
import threading

from msgspec import structs

from appliance.clock import Clock
from appliance.errors import Refused, WrongSecret
from appliance.keeper.people.passwords import normal
from appliance.keeper.people.second_factor import right_step
from appliance.keeper.people.throttle import Throttle
from appliance.link.operations import Role
from appliance.model.limits import LONGEST_NAME, LONGEST_PASSWORD
from appliance.vault.disk import wipe
from appliance.vault.opening.content import KeyringContent, OperatorEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import Cost, unwrap, wrap

_WRONG = "The name, the password or the code is wrong."


def new_operator(
    name: str,
    password: str,
    roles: frozenset[Role],
    reading: bytearray,
    cost: Cost | None = None,
    operator: str = "",
) -> OperatorEntry:
    """Make a person's keyring entry.

    Args:
        name: as ``check_name`` returns it.
        password: already checked.
        roles: what they may do.
        reading: the private reading key, to be wrapped under the password.
        cost: of guessing the password.
        operator: the id, if the person has one; a new one if empty.
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
    """Return a person's roles, ignoring unknown ones."""
    return frozenset(Role(role) for role in entry.roles if role in set(Role))


def named(content: KeyringContent, name: str) -> OperatorEntry | None:
    """Find an operator by name, in any spelling."""
    key = _key(name)
    return next((entry for entry in content.operators.values() if _key(entry.name) == key), None)


class Operators:
    """The check of passwords and codes. Threads may share it; one slow check runs at a time."""

    def __init__(
        self, keyring: Keyring, clock: Clock, throttle: Throttle, cost: Cost | None = None
    ) -> None:
        self._keyring = keyring
        self._clock = clock
        self._throttle = throttle
        self._cost = cost
        # Argon2id takes 64 MiB; a few guesses in parallel would exhaust the box's memory.
        self._one = threading.Lock()
        self._no_operator: OperatorEntry | None = None

    def prove(self, name: str, password: str, totp: str = "") -> tuple[OperatorEntry, bytearray]:
        """Return the operator and the private reading key; the caller wipes it.

        Raises:
            Refused: ``wrong_password`` for a wrong or unknown anything, ``throttled``,
                ``locked_out``, or ``expired``: a one-time password that is too old.
        """
        entry, reading = self._proved(name, password)
        try:
            if entry.totp:
                self._use(entry, totp)
        except BaseException:
            wipe(reading)
            raise
        self._throttle.passed(_key(name))
        return entry, reading

    def prove_password(self, name: str, password: str) -> tuple[OperatorEntry, bytearray]:
        """Prove a password alone: a code follows, came before, or is not needed; as ``prove``.

        With ``entry.totp`` set, release nothing before ``use_code``.
        """
        entry, reading = self._proved(name, password)
        if entry.totp:
            # Earlier failures still count: one who knows the password may guess codes.
            self._throttle.spare(_key(name))
        else:
            self._throttle.passed(_key(name))
        return entry, reading

    def prove_again(self, operator: str, password: str) -> tuple[OperatorEntry, bytearray]:
        """Prove a logged-in operator's password; raises as ``prove`` does."""
        entry = self._keyring.content.operators.get(operator)
        if entry is None:
            raise Refused("not_logged_in", "Nobody of that name is here any more.")
        return self.prove_password(entry.name, password)

    def use_code(self, operator: str, code: str) -> OperatorEntry:
        """Check and use up the code of an operator whose password was right.

        Raises:
            Refused: ``wrong_password``, ``throttled``, ``locked_out``.
        """
        entry = self._keyring.content.operators.get(operator)
        if entry is None:
            raise Refused("wrong_password", _WRONG)
        key = _key(entry.name)
        self._throttle.admit(key)
        self._use(entry, code)
        self._throttle.passed(key)
        return entry

    def unlock(self, name: str) -> None:
        """Reset a name's failures: it has a new password."""
        self._throttle.passed(_key(name))

    def new(
        self, name: str, password: str, roles: frozenset[Role], reading: bytearray
    ) -> OperatorEntry:
        """Make a new operator's entry; see ``new_operator``."""
        with self._one:
            return new_operator(name, password, roles, reading, self._cost)

    def wrapped(self, entry: OperatorEntry, password: str, reading: bytearray) -> OperatorEntry:
        """Return an entry with the reading key wrapped under another password."""
        with self._one:
            wrapped = wrap(reading, normal(password), entry.id, self._cost)
        return structs.replace(entry, wrap=wrapped)

    def _proved(self, name: str, password: str) -> tuple[OperatorEntry, bytearray]:
        """Check a password; the guess counts as wrong until ``passed`` or ``spare``."""
        key = _key(name)
        self._throttle.admit(key)
        entry = named(self._keyring.content, name)
        # An unknown name takes as long as a wrong password, so names cannot be probed.
        with self._one:
            reading = self._open(entry or self._dummy(), password)
        if entry is None or reading is None:
            raise Refused("wrong_password", _WRONG)
        if 0 < entry.one_time_until < self._clock.now():
            wipe(reading)
            self._throttle.passed(key)
            raise Refused("expired", "This one-time password is too old; ask for a new one.")
        return entry, reading

    def _open(self, entry: OperatorEntry, password: str) -> bytearray | None:
        if len(password) > LONGEST_PASSWORD:
            return None
        try:
            return unwrap(entry.wrap, normal(password), entry.id)
        except WrongSecret:
            return None

    def _dummy(self) -> OperatorEntry:
        """Return a dummy entry that no password opens, as costly as the others."""
        if self._no_operator is None:
            costs = [entry.wrap.cost for entry in self._keyring.content.operators.values()]
            self._no_operator = new_operator(
                "-", secrets.token_hex(16), frozenset(), bytearray(32), costs[0] if costs else None
            )
        return self._no_operator

    def _use(self, entry: OperatorEntry, code: str) -> None:
        """Check a code and use it up: a step counts once, even in parallel or after a power cut."""
        with self._keyring.changing() as draft:
            mine = draft.operators.get(entry.id)
            step = right_step(mine.totp, code, self._clock.now(), mine.totp_last) if mine else None
            if mine is None or step is None:
                raise Refused("wrong_password", _WRONG)
            mine.totp_last = step


def _key(name: str) -> str:
    """Fold a name for look-ups: case, spaces and composition do not matter."""
    return " ".join(normal(name[:200]).split()).casefold()
