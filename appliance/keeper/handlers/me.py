"""Manage an operator's own account: password, second factor, sessions."""

from dataclasses import dataclass

from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.handlers.login import Logins, refresh
from appliance.keeper.people.gate import Asker
from appliance.keeper.people.operators import drop_factor, roles_of
from appliance.keeper.people.passwords import check_password, normal
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.people.qr import qr_svg
from appliance.keeper.people.second_factor import app_address, backup_digest, draw_backup_codes
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import me as ask
from appliance.link.requests.login import Session
from appliance.vault.opening.content import KeyringContent, OperatorEntry

SETUP_SECONDS = 600.0
"""Time from the QR code to the first code typed back."""


@dataclass(frozen=True, slots=True)
class _Setup:
    """A second factor whose first code has not come yet."""

    who: Caller
    entry: OperatorEntry  # as it was when the password was proved
    sealed: bytes  # the secret, as the keyring will hold it
    proof: PasswordProof
    shown: ask.TotpSetup
    since: float  # monotonic


class Mine:
    """The handlers of one's own account; none names another person."""

    def __init__(self, box: Box, logins: Logins) -> None:
        self._box = box
        self._logins = logins
        self._setups: dict[str, _Setup] = {}  # by operator

    @handles(ask.ShowMe)
    def show(self, operation: ask.ShowMe, who: Caller) -> ask.Me:
        """Return the caller's settings and sessions."""
        now = self._box.around.clock.now()
        entry = _entry(self._box.opened().keyring.content, who)
        return ask.Me(
            totp=bool(entry.totp),
            backup_left=len(entry.backup) if entry.totp else 0,
            sessions=tuple(
                ask.MySession(
                    since=now - one.open_for,
                    used=now - one.unused_for,
                    here=one.session == who.session,
                )
                for one in self._box.sessions.of(who.operator)
            ),
        )

    @handles(ask.ChangePassword)
    def change_password(self, operation: ask.ChangePassword, who: Caller) -> Session:
        """Wrap the reading key under another password; make the old wrap useless.

        Every session of the old password ends, this one too; the asker gets a new one.
        """
        box = self._box.opened()
        entry, proof = box.operators.prove_again(who, operation.old)
        try:
            if normal(operation.new) == normal(operation.old):
                raise Refused("same_password")
            chosen = check_password(
                operation.new, avoid=(entry.name, self._box.around.config.office.name)
            )
            fresh = box.operators.wrapped(entry, chosen, proof)
            self._rewrap(box, entry, fresh, who)
            token, here = self._open_anew(box, fresh)
            self._box.unlock(proof)
        finally:
            proof.end()
        return self._logins.session(token, self._box.sessions.again(here))

    def _open_anew(self, box: OpenBox, fresh: OperatorEntry) -> tuple[str, Caller]:
        """Open a session for a person with a new password and end all others."""
        sessions = self._box.sessions
        # Opened before the others end: the last end would lock the box.
        token, here = sessions.open(fresh.id, fresh.name, roles_of(fresh))
        sessions.close_others(here)
        refresh(box, sessions, fresh.id, one_time=False)
        mine = box.keyring.content.operators.get(fresh.id)
        if mine is None or mine.wrap != fresh.wrap:
            sessions.close_session(here.session)  # an administrator was quicker
        return token, here

    def _rewrap(
        self, box: OpenBox, entry: OperatorEntry, fresh: OperatorEntry, who: Caller
    ) -> None:
        def change(draft: KeyringContent) -> None:
            mine = _entry(draft, who)
            if mine.wrap != entry.wrap:
                raise Refused("not_logged_in")
            mine.wrap, mine.one_time_until = fresh.wrap, 0.0

        try:
            box.records.renew(change, who.actor)
        except BaseException:
            mine = box.keyring.content.operators.get(entry.id)
            if mine is not None and mine.wrap == fresh.wrap:  # a later step failed
                self._box.halves.end_those_of(entry.id)
                self._box.sessions.close_operator(entry.id)
            raise
        self._box.halves.end_those_of(entry.id)

    @handles(ask.BeginTotp)
    def begin_totp(self, operation: ask.BeginTotp, who: Caller) -> ask.TotpSetup:
        """Draw a secret; the proof waits to check the code that is typed back."""
        box = self._box.opened()
        entry, proof = box.operators.prove_again(who, operation.password)
        try:
            if entry.totp:
                raise Refused("second_factor_set")
            secret, sealed = proof.draw_totp(entry.id)
            address = app_address(secret, entry.name, self._box.around.config.office.name)
            setup = ask.TotpSetup(secret, address, qr_svg(address))
        except BaseException:
            proof.end()
            raise
        since = self._box.around.clock.monotonic()
        self._keep(_Setup(who, entry, sealed, proof, setup, since))
        return setup

    @handles(ask.ShowTotp)
    def show_totp(self, operation: ask.ShowTotp, who: Caller) -> ask.TotpSetup:
        """Show the secret again whose first code has not come yet."""
        return self._setup(who).shown

    def _setup(self, who: Caller) -> _Setup:
        """Return the setup that a session has begun; raises Refused."""
        self.expire()
        setup = self._setups.get(who.operator)
        if setup is None or setup.who.session != who.session:
            raise Refused("secret_expired")
        return setup

    @handles(ask.ConfirmTotp)
    def confirm_totp(self, operation: ask.ConfirmTotp, who: Caller) -> Done:
        """Require codes from now on: the app has proved that it has the secret."""
        box, clock = self._box.opened(), self._box.around.clock
        setup = self._setup(who)
        code, owner = operation.code, setup.entry.id
        step = setup.proof.right_step(code, clock.now(), 0, owner, setup.sealed)
        if step is None:
            raise Refused("wrong_code")
        with box.keyring.changing() as draft:
            mine = _entry(draft, who)
            if mine.totp:
                raise Refused("second_factor_set")
            if mine.wrap != setup.entry.wrap:
                raise Refused("password_changed")
            mine.totp, mine.totp_secret, mine.totp_last = True, setup.sealed, step
            mine.backup = ()
        self._setups.pop(who.operator).proof.end()
        return Done()

    @handles(ask.MakeBackupCodes)
    def make_backup_codes(self, operation: ask.MakeBackupCodes, who: Caller) -> ask.BackupCodes:
        """Make the backup codes after a code; the keyring keeps their digests alone."""
        box = self._box.opened()
        entry, proof = box.operators.prove_again(who, operation.password, code_follows=True)
        try:
            if not entry.totp:
                raise Refused("app_needed")
            box.operators.use_code(entry.id, operation.code, Asker("session", who.session), proof)
        finally:
            proof.end()
        codes = draw_backup_codes()
        digests = tuple(filter(None, (backup_digest(entry.id, code) for code in codes)))
        with box.keyring.changing() as draft:
            mine = _entry(draft, who)
            if not mine.totp:
                raise Refused("app_needed")
            mine.backup = digests
        return ask.BackupCodes(codes)

    def _keep(self, setup: "_Setup") -> None:
        """Wait for the first code, instead of an earlier one of the same person."""
        self.expire()
        before = self._setups.pop(setup.who.operator, None)
        if before is not None:
            before.proof.end()
        self._setups[setup.who.operator] = setup

    def close(self) -> None:
        """End all setups: the keeper ends."""
        while self._setups:
            self._setups.popitem()[1].proof.end()

    def expire(self) -> None:
        """End setups that are too old, or whose session has ended; call it now and then."""
        earliest = self._box.around.clock.monotonic() - SETUP_SECONDS
        for operator, setup in list(self._setups.items()):
            if setup.since <= earliest or not self._box.sessions.is_open(setup.who.session):
                del self._setups[operator]
                setup.proof.end()

    @handles(ask.DropTotp)
    def drop_totp(self, operation: ask.DropTotp, who: Caller) -> Done:
        """Require no codes any more, after the password and a last code."""
        box = self._box.opened()
        entry, proof = box.operators.prove_again(who, operation.password, code_follows=True)
        try:
            if not entry.totp:
                raise Refused("no_second_factor")
            box.operators.use_code(entry.id, operation.code, Asker("session", who.session), proof)
        finally:
            proof.end()
        with box.keyring.changing() as draft:
            drop_factor(_entry(draft, who))
        self._box.halves.end_those_of(entry.id)
        return Done()

    @handles(ask.EndOthers)
    def end_others(self, operation: ask.EndOthers, who: Caller) -> Done:
        """End one's sessions in other browsers."""
        self._box.sessions.close_others(who)
        return Done()

    @handles(ask.Stay)
    def stay(self, operation: ask.Stay, who: Caller) -> Done:
        """Do nothing: the request itself counts as use of the session."""
        return Done()


def _entry(content: KeyringContent, who: Caller) -> OperatorEntry:
    entry = content.operators.get(who.operator)
    if entry is None:
        raise Refused("not_logged_in")
    return entry
