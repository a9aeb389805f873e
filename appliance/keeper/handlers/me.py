"""Manage an operator's own account: password, second factor, sessions."""

from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.handlers.login import Logins, refresh
from appliance.keeper.people.gate import Asker
from appliance.keeper.people.operators import roles_of
from appliance.keeper.people.passwords import check_password, normal
from appliance.keeper.people.qr import qr_svg
from appliance.keeper.people.second_factor import app_address, new_secret, right_step
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import me as ask
from appliance.link.requests.login import Session
from appliance.vault.disk import wipe
from appliance.vault.opening.content import KeyringContent, OperatorEntry

SETUP_SECONDS = 600.0
"""Time from the QR code to the first code typed back."""


class Mine:
    """The handlers of one's own account; none names another person."""

    def __init__(self, box: Box, logins: Logins) -> None:
        self._box = box
        self._logins = logins
        self._setups: dict[str, tuple[str, str, float]] = {}  # operator -> session, secret, since

    @handles(ask.ShowMe)
    def show(self, operation: ask.ShowMe, who: Caller) -> ask.Me:
        """Return the caller's settings and sessions."""
        now = self._box.around.clock.now()
        entry = _entry(self._box.opened().keyring.content, who)
        return ask.Me(
            totp=bool(entry.totp),
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
        entry, reading = box.operators.prove_again(who, operation.old)
        try:
            if normal(operation.new) == normal(operation.old):
                raise Refused("invalid", "Choose another password than the old one.")
            chosen = check_password(
                operation.new, avoid=(entry.name, self._box.around.config.office.name)
            )
            fresh = box.operators.wrapped(entry, chosen, reading)
            self._rewrap(box, entry, fresh, who)
            token, here = self._open_anew(box, fresh)
            self._box.unlock(reading)
        finally:
            wipe(reading)
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
                raise Refused("not_logged_in", "The password was changed in this moment.")
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
        """Draw a secret and hold it in memory until a code is typed back."""
        box = self._box.opened()
        entry, reading = box.operators.prove_again(who, operation.password)
        wipe(reading)
        if entry.totp:
            raise Refused("invalid", "A second factor is set already; remove it first.")
        secret, now = new_secret(), self._box.around.clock.monotonic()
        self._setups[who.operator] = (who.session, secret, now)
        address = app_address(secret, entry.name, self._box.around.config.office.name)
        return ask.TotpSetup(secret, address, qr_svg(address))

    @handles(ask.ConfirmTotp)
    def confirm_totp(self, operation: ask.ConfirmTotp, who: Caller) -> Done:
        """Require codes from now on: the app has proved that it has the secret."""
        box, clock = self._box.opened(), self._box.around.clock
        session, secret, since = self._setups.get(who.operator, ("", "", 0.0))
        if session != who.session or clock.monotonic() - since >= SETUP_SECONDS:
            raise Refused("expired", "Begin again: the secret was shown too long ago.")
        step = right_step(secret, operation.code, clock.now(), 0)
        if step is None:
            raise Refused("wrong_code", "That is not the code that the app shows now.")
        with box.keyring.changing() as draft:
            mine = _entry(draft, who)
            if mine.totp:
                raise Refused("invalid", "A second factor is set already; remove it first.")
            mine.totp, mine.totp_last = secret, step
        self._setups.pop(who.operator, None)
        return Done()

    @handles(ask.DropTotp)
    def drop_totp(self, operation: ask.DropTotp, who: Caller) -> Done:
        """Require no codes any more, after the password and a last code."""
        box = self._box.opened()
        entry, reading = box.operators.prove_again(who, operation.password, code_follows=True)
        wipe(reading)
        if not entry.totp:
            raise Refused("invalid", "No second factor is set.")
        box.operators.use_code(entry.id, operation.code, Asker("session", who.session))
        with box.keyring.changing() as draft:
            _entry(draft, who).totp = ""
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
        raise Refused("not_logged_in", "Nobody of that name is here any more.")
    return entry
