"""Manage an operator's own account: password, second factor, sessions."""

from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.handlers.login import Logins, refresh
from appliance.keeper.people.passwords import check_password, normal
from appliance.keeper.people.qr import qr_svg
from appliance.keeper.people.second_factor import app_address, new_secret, right_step
from appliance.keeper.people.sessions import MOST_SESSIONS, Caller
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
        self._setups: dict[str, tuple[str, float]] = {}  # session -> secret, monotonic

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
        """Wrap the reading key under another password; make the old wrap useless."""
        box = self._box.opened()
        entry, reading = box.operators.prove_again(who.operator, operation.old)
        try:
            if normal(operation.new) == normal(operation.old):
                raise Refused("invalid", "Choose another password than the old one.")
            chosen = check_password(
                operation.new, avoid=(entry.name, self._box.around.config.office.name)
            )
            self._rewrap(box, entry, box.operators.wrapped(entry, chosen, reading), who)
            self._box.unlock(reading)
        finally:
            wipe(reading)
        return self._logins.session("", self._box.sessions.again(who))

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
        finally:
            mine = box.keyring.content.operators.get(entry.id)
            if mine is not None and mine.wrap == fresh.wrap:  # even if a later step failed
                self._box.halves.end_those_of(entry.id)
                self._box.sessions.close_others(who)
                refresh(box, self._box.sessions, entry.id, one_time=False)

    @handles(ask.BeginTotp)
    def begin_totp(self, operation: ask.BeginTotp, who: Caller) -> ask.TotpSetup:
        """Draw a secret and hold it in memory until a code is typed back."""
        box = self._box.opened()
        entry, reading = box.operators.prove_again(who.operator, operation.password)
        wipe(reading)
        if entry.totp:
            raise Refused("invalid", "A second factor is set already; remove it first.")
        secret, now = new_secret(), self._box.around.clock.monotonic()
        alive = [(s, kept) for s, kept in self._setups.items() if kept[1] > now - SETUP_SECONDS]
        self._setups = dict([*alive[1 - MOST_SESSIONS :], (who.session, (secret, now))])
        address = app_address(secret, entry.name, self._box.around.config.office.name)
        return ask.TotpSetup(secret, address, qr_svg(address))

    @handles(ask.ConfirmTotp)
    def confirm_totp(self, operation: ask.ConfirmTotp, who: Caller) -> Done:
        """Require codes from now on: the app has proved that it has the secret."""
        box, clock = self._box.opened(), self._box.around.clock
        secret, since = self._setups.get(who.session, ("", 0.0))
        if not secret or clock.monotonic() - since >= SETUP_SECONDS:
            raise Refused("expired", "Begin again: the secret was shown too long ago.")
        step = right_step(secret, operation.code, clock.now(), 0)
        if step is None:
            raise Refused("wrong_code", "That is not the code that the app shows now.")
        with box.keyring.changing() as draft:
            mine = _entry(draft, who)
            if mine.totp:
                raise Refused("invalid", "A second factor is set already; remove it first.")
            mine.totp, mine.totp_last = secret, step
        del self._setups[who.session]
        return Done()

    @handles(ask.DropTotp)
    def drop_totp(self, operation: ask.DropTotp, who: Caller) -> Done:
        """Require no codes any more, after the password and a last code."""
        box = self._box.opened()
        entry, reading = box.operators.prove_again(who.operator, operation.password)
        wipe(reading)
        if not entry.totp:
            raise Refused("invalid", "No second factor is set.")
        box.operators.use_code(entry.id, operation.code)
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
