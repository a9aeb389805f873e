"""Log operators in and out: password, code, session, and the reading child behind it."""

from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.people.operators import named, roles_of
from appliance.keeper.people.sessions import Caller, Sessions
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.login import EnterCode, LogIn, LogOut, Session, WhoAmI
from appliance.vault.disk import wipe
from appliance.vault.opening.content import OperatorEntry


def refresh(
    box: OpenBox, sessions: Sessions, operator: str, *, one_time: bool | None = None
) -> None:
    """Give an operator's open sessions the roles in the keyring.

    The keyring stands still meanwhile: of two concurrent changes the last one counts here, too.
    """
    with box.keyring.still():
        entry = box.keyring.content.operators.get(operator)
        if entry is not None:
            sessions.change(operator, roles_of(entry), one_time=one_time)


class Logins:
    """The handlers of login and logout."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(LogIn)
    def log_in(self, operation: LogIn, who: Caller) -> Session:
        """Check the password and unlock, or ask for the code that is still missing."""
        return self.begin(operation.name, operation.password, operation.totp)

    def begin(self, name: str, password: str, totp: str = "") -> Session:
        """Open a session, or a half login if a code is required and missing."""
        box = self._box.opened()
        operators = box.operators
        try:
            if totp:
                entry, reading = operators.prove(name, password, totp)
            else:
                entry, reading = operators.prove_password(name, password)
        except Refused as error:
            if error.code == "wrong_password":
                meant = named(box.keyring.content, name)
                self._box.tally.wrong_password(meant.id if meant else None)
            raise
        try:
            if entry.totp and not totp:
                token = self._box.halves.begin(entry, reading)
                return Session(token, "", "", (), int(self._box.sessions.idle_seconds), "code")
            return self._open(box, entry, reading)
        finally:
            wipe(reading)

    @handles(EnterCode)
    def enter_code(self, operation: EnterCode, who: Caller) -> Session:
        """Finish a half login."""
        box = self._box.opened()
        operator = self._box.halves.whose(operation.token)
        try:
            box.operators.use_code(operator, operation.code)
        except Refused as error:
            if error.code == "wrong_password":
                self._box.halves.wrong(operation.token)
                self._box.tally.wrong_code(operator)
            raise
        # The entry whose password was proved: it may have been changed since.
        entry, reading = self._box.halves.finish(operation.token)
        try:
            return self._open(box, entry, reading)
        finally:
            wipe(reading)

    @handles(LogOut)
    def log_out(self, operation: LogOut, who: Caller) -> Done:
        """End the session; the last one locks the box."""
        self._box.sessions.close_session(who.session)
        return Done()

    @handles(WhoAmI)
    def who_am_i(self, operation: WhoAmI, who: Caller) -> Session:
        """Return the caller's session."""
        return self.session("", who)

    def session(self, token: str, who: Caller) -> Session:
        """Return a session as clients see it."""
        mine = self._box.sessions.of(who.operator)
        left = next(one for one in mine if one.session == who.session)
        return Session(
            token=token,
            operator=who.operator,
            name=who.name,
            roles=tuple(sorted(who.roles)),
            idle_seconds=int(self._box.sessions.idle_seconds),
            step="password" if who.one_time else "open",
            idle_left=int(left.idle_left),
            ends_in=int(left.ends_in),
        )

    def _open(self, box: OpenBox, entry: OperatorEntry, reading: bytearray) -> Session:
        one_time = entry.one_time_until > 0
        self._box.tally.flush(box.audit.append_many)  # first came the wrong ones
        box.audit.append("logged_in", entry.id, detail="one_time" if one_time else None)
        sessions = self._box.sessions
        token, who = sessions.open(entry.id, entry.name, roles_of(entry), one_time=one_time)
        try:
            now = box.keyring.content.operators.get(entry.id)
            if now is None or now.wrap != entry.wrap:
                raise Refused("wrong_password", "The password was changed in this moment.")
            refresh(box, sessions, entry.id)
            if not one_time:  # nothing is readable before a password is chosen
                self._box.unlock(reading)
        except Exception:
            sessions.close_session(who.session)
            raise
        return self.session(token, sessions.find(token))
