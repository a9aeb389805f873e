"""Prove who an operator is: the password opens the wrapped reading key.

No password is stored for comparison: a password is right if the wrap opens with it. That happens in
a process of its own (``prover``), and what it opens stays there. Names are in
the sealed keyring alone; the audit knows operators by random ids.
"""

import secrets
from typing import Protocol

from msgspec import structs

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.keeper.people.gate import Asker, Gate
from appliance.keeper.people.passwords import normal
from appliance.keeper.people.prover import PasswordProof, Prove, prove
from appliance.keeper.people.second_factor import backup_digest
from appliance.keeper.people.sessions import Caller
from appliance.link.operations import Role
from appliance.link.requests.login import Browser
from appliance.model.limits import LONGEST_NAME, LONGEST_PASSWORD
from appliance.vault.opening.content import KeyringContent, OperatorEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import Cost, Wrap, wrap

_NO_WRAP = Wrap(b"", Cost(), b"")


def new_operator(
    name: str,
    password: str,
    roles: frozenset[Role],
    reading: bytes | bytearray,
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
    """Accept a new operator's name and return its one spelling; raises Refused."""
    chosen = " ".join(normal(name).split())
    if not chosen or len(chosen) > LONGEST_NAME or not chosen.isprintable():
        raise Refused("name_length", most=LONGEST_NAME)
    return chosen


def drop_factor(entry: OperatorEntry) -> None:
    """Take a person's authenticator and backup codes away."""
    entry.totp, entry.totp_secret, entry.totp_last, entry.backup = False, b"", 0, ()


def roles_of(entry: OperatorEntry) -> frozenset[Role]:
    """Return a person's roles, ignoring unknown ones."""
    return frozenset(Role(role) for role in entry.roles if role in set(Role))


def named(content: KeyringContent, name: str) -> OperatorEntry | None:
    """Find an operator by name, in any spelling."""
    key = fold_name(name)
    everybody = content.operators.values()
    return next((entry for entry in everybody if fold_name(entry.name) == key), None)


class Failures(Protocol):
    """Where wrong passwords and codes are noted, and backup codes: the audit's tally."""

    def wrong_password(self, operator: str | None) -> None:
        """Note a failed login; None for a name that nobody has."""

    def wrong_again(self, operator: str) -> None:
        """Note a wrong password of a person logged in."""

    def wrong_code(self, operator: str) -> None:
        """Note a wrong code after a right password."""

    def backup_code(self, operator: str) -> None:
        """Note that a backup code took the place of the authenticator's."""


class Operators:
    """The check of passwords and codes. Threads may share it; one slow check runs at a time.

    Each wrong one is noted for the audit.
    """

    def __init__(
        self,
        keyring: Keyring,
        clock: Clock,
        gate: Gate,
        failures: Failures,
        cost: Cost | None = None,
        *,
        prove: Prove = prove,
    ) -> None:
        self._prove = prove
        self._keyring = keyring
        self._clock = clock
        self._gate = gate
        self._failures = failures
        self._cost = cost
        self._no_operator: OperatorEntry | None = None

    def asker(self, user: int, name: str, browser: Browser | None, code: str = "") -> Asker:
        """Return where a login comes from; a wrong code counts as a failed login.

        Args:
            user: id of the user of the process that asks.
            name: whose login it is, as typed.
            browser: what the panel says of its browser.
            code: to let a new browser in, as typed; may be empty.

        Raises:
            Refused: ``wrong_let_in_code``.
        """
        entry = named(self._keyring.content, name)
        operator = entry.id if entry is not None else None
        try:
            return self._gate.asker(user, browser, operator, code)
        except Refused:
            self._failures.wrong_password(operator)
            raise

    def prove(
        self, name: str, password: str, totp: str, asker: Asker
    ) -> tuple[OperatorEntry, PasswordProof]:
        """Return the operator and the proof, which the caller ends.

        Raises:
            Refused: ``wrong_password`` for a wrong or unknown anything, ``throttled``, ``busy``,
                or ``one_time_expired``: a one-time password that is too old.
        """
        entry, proof = self.prove_password(name, password, asker)
        try:
            if entry.totp:
                self.use_code(entry.id, totp, asker, proof)
        except BaseException:
            proof.end()
            raise
        return entry, proof

    def prove_password(
        self, name: str, password: str, asker: Asker
    ) -> tuple[OperatorEntry, PasswordProof]:
        """Prove a password alone: a code follows, came before, or is not needed; as ``prove``.

        With ``entry.totp`` set, release nothing before ``use_code``.
        """
        entry = named(self._keyring.content, name)
        code_follows = entry is not None and bool(entry.totp)
        found = self._proved(entry, name, password, asker, code_follows=code_follows)
        if found is None:
            self._failures.wrong_password(entry.id if entry is not None else None)
            raise Refused("wrong_password")
        return found

    def prove_again(
        self, who: Caller, password: str, *, code_follows: bool = False
    ) -> tuple[OperatorEntry, PasswordProof]:
        """Prove the password of a person logged in; raises as ``prove`` does.

        Args:
            who: has the session.
            password: as typed.
            code_follows: ``use_code`` comes next, and its failures count with those before.

        Raises:
            Refused: ``session_ended``: the fifth wrong one in a row has ended the session.
        """
        entry = self._keyring.content.operators.get(who.operator)
        if entry is None:
            raise Refused("not_logged_in")
        asker = Asker("session", who.session)
        found = self._proved(entry, entry.name, password, asker, code_follows=code_follows)
        if found is None:
            self._failures.wrong_again(entry.id)
            raise self._wrong_again(asker)
        return found

    def use_code(
        self, operator: str, code: str, asker: Asker, proof: PasswordProof
    ) -> OperatorEntry:
        """Check and use up the code of an operator whose password was right.

        Args:
            operator: the id.
            code: as typed.
            asker: where it comes from.
            proof: of the password.

        Raises:
            Refused: ``wrong_password``, ``throttled``, ``session_ended``.
        """
        entry = self._keyring.content.operators.get(operator)
        if entry is None:
            raise Refused("wrong_password")
        try:
            with self._gate.attempt(asker, fold_name(entry.name), proof=False) as attempt:
                self._use(entry, code, proof)
                attempt.right()
        except Refused as error:
            if error.code == "wrong_password":
                self._failures.wrong_code(operator)
                raise self._wrong_again(asker) from None
            raise
        return entry

    def unlock(self, name: str) -> None:
        """Reset a name's failures: it has a new password."""
        self._gate.strangers.reset(fold_name(name))

    def new(
        self, name: str, password: str, roles: frozenset[Role], proof: PasswordProof
    ) -> OperatorEntry:
        """Make a new operator's entry, from the proof of another person's password."""
        entry = OperatorEntry(secrets.token_hex(4), name, tuple(sorted(roles)), _NO_WRAP)
        return self.wrapped(entry, password, proof)

    def wrapped(self, entry: OperatorEntry, password: str, proof: PasswordProof) -> OperatorEntry:
        """Return an entry with the reading key wrapped under another password.

        Args:
            entry: whose; the second factor stays as it is.
            password: checked.
            proof: of any password.
        """
        with self._gate.queue.turn():
            wrapped = proof.wrapped(normal(password), entry.id, self._cost)
        return structs.replace(entry, wrap=wrapped)

    def _proved(
        self,
        entry: OperatorEntry | None,
        name: str,
        password: str,
        asker: Asker,
        *,
        code_follows: bool,
    ) -> tuple[OperatorEntry, PasswordProof] | None:
        """Check a password in its turn; None if it is wrong or the name unknown."""
        with self._gate.attempt(asker, fold_name(name)) as attempt:
            # An unknown name takes as long as a wrong password, so names cannot be probed.
            proof = self._open(entry or self._dummy(), password)
            if entry is None or proof is None:
                return None
            if 0 < entry.one_time_until < self._clock.now():
                proof.end()
                attempt.right()
                raise Refused("one_time_expired")
            if code_follows:
                # Earlier failures still count: one who knows the password may guess codes.
                attempt.half_right()
            else:
                attempt.right()
            return entry, proof

    def _wrong_again(self, asker: Asker) -> Refused:
        """Return the refusal of a wrong password or code, which may have ended a session."""
        if asker.kind == "session" and not self._gate.is_open(asker):
            return Refused("session_ended")
        return Refused("wrong_password")

    def _open(self, entry: OperatorEntry, password: str) -> PasswordProof | None:
        if len(password) > LONGEST_PASSWORD:
            return None
        return self._prove(entry.wrap, normal(password), entry.id)

    def _dummy(self) -> OperatorEntry:
        """Return a dummy entry that no password opens, as costly as the others."""
        if self._no_operator is None:
            costs = [entry.wrap.cost for entry in self._keyring.content.operators.values()]
            self._no_operator = new_operator(
                "-", secrets.token_hex(16), frozenset(), bytearray(32), costs[0] if costs else None
            )
        return self._no_operator

    def _use(self, entry: OperatorEntry, code: str, proof: PasswordProof) -> None:
        """Check a code and use it up: it counts once, even in parallel or after a power cut."""
        digest = backup_digest(entry.id, code)
        if digest is not None:
            self._use_backup(entry, digest)
            return
        now, last, sealed = self._clock.now(), entry.totp_last, entry.totp_secret
        step = proof.right_step(code, now, last, entry.id, sealed)
        with self._keyring.changing() as draft:
            mine = draft.operators.get(entry.id)
            if mine is None or step is None or mine.totp_last >= step or not _same(mine, entry):
                raise Refused("wrong_password")
            mine.totp_last = step

    def _use_backup(self, entry: OperatorEntry, digest: bytes) -> None:
        with self._keyring.changing() as draft:
            mine = draft.operators.get(entry.id)
            if mine is None or digest not in mine.backup or not _same(mine, entry):
                raise Refused("wrong_password")
            mine.backup = tuple(each for each in mine.backup if each != digest)
        self._failures.backup_code(entry.id)


def _same(mine: OperatorEntry, entry: OperatorEntry) -> bool:
    """Say whether password and authenticator are those that were proved."""
    return (mine.wrap, mine.totp_secret) == (entry.wrap, entry.totp_secret)


def fold_name(name: str) -> str:
    """Fold a name for look-ups: case, spaces and composition do not matter."""
    return " ".join(normal(name[:200]).split()).casefold()
