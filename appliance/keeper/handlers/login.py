"""Log operators in and out: password, code, session, and the reading child behind it."""

from math import ceil

from appliance.errors import Refused
from appliance.keeper.audit.subjects import about
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.people.let_in_code import SECONDS as LET_IN_SECONDS
from appliance.keeper.people.operators import named, roles_of
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.people.sessions import Caller, Sessions
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.login import (
    EnterCode,
    LetIn,
    LetInCode,
    LogIn,
    LogOut,
    Session,
    WhoAmI,
)
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
        """Check the password and unlock, or ask for the code that is still missing.

        The session or half login that the browser had before ends.
        """
        return self.begin(operation, who.user)

    def begin(self, operation: LogIn, user: int) -> Session:
        """Log in for a process of a user; see ``log_in``."""
        box, browser = self._box.opened(), operation.browser
        operators, name = box.operators, operation.name
        asker = operators.asker(user, name, browser, operation.let_in)
        cookie, before = (browser.device, browser.token) if browser else ("", "")
        if operation.totp:
            entry, proof = operators.prove(name, operation.password, operation.totp, asker)
        else:
            entry, proof = operators.prove_password(name, operation.password, asker)
        if entry.totp and not operation.totp:
            token = self._box.halves.begin(entry, proof, asker, cookie)
            idle = int(self._box.sessions.idle_seconds)
            session = Session(token, "", "", (), idle, "code")
        else:
            session = self.open(box, entry, proof, cookie)
        self._end_before(before)
        return session

    def _end_before(self, token: str) -> None:
        """End the session or half login that the browser had before this one."""
        if token:
            self._box.halves.end(token)
            self._box.sessions.close_token(token)

    @handles(EnterCode)
    def enter_code(self, operation: EnterCode, who: Caller) -> Session:
        """Finish a half login."""
        box = self._box.opened()
        operator, asker, cookie = self._box.halves.whose(operation.token)
        try:
            proof = self._box.halves.proof(operation.token)
            box.operators.use_code(operator, operation.code, asker, proof)
        except Refused as error:
            if error.code == "wrong_password":
                self._box.halves.wrong(operation.token)
            raise
        # The entry whose password was proved: it may have been changed since.
        entry, proof = self._box.halves.finish(operation.token)
        return self.open(box, entry, proof, cookie)

    @handles(LetIn)
    def let_in(self, operation: LetIn, who: Caller) -> LetInCode:
        """Make a code for one new browser of a person."""
        box = self._box.opened()
        entry = named(box.keyring.content, operation.name)
        if entry is None:
            raise Refused("no_account")
        box.audit.append("let_in", who.actor, detail=about(entry.id))
        return LetInCode(entry.name, self._box.gate.codes.make(entry.id), int(LET_IN_SECONDS))

    @handles(LogOut)
    def log_out(self, operation: LogOut, who: Caller) -> Done:
        """End the session; the last one locks the box."""
        self._box.sessions.close_session(who.session)
        return Done()

    @handles(WhoAmI)
    def who_am_i(self, operation: WhoAmI, who: Caller) -> Session:
        """Return the caller's session."""
        return self.session("", who)

    def session(self, token: str, who: Caller, device: str = "") -> Session:
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
            idle_left=ceil(left.idle_left),
            ends_in=ceil(left.ends_in),
            device=device,
        )

    def open(
        self, box: OpenBox, entry: OperatorEntry, proof: PasswordProof, cookie: str
    ) -> Session:
        """Open a session; the proof becomes the reading child, or ends."""
        try:
            return self._opened(box, entry, proof, cookie)
        finally:
            proof.end()

    def _opened(
        self, box: OpenBox, entry: OperatorEntry, proof: PasswordProof, cookie: str
    ) -> Session:
        one_time = entry.one_time_until > 0
        self._box.tally.flush(box.audit.append_many)  # first came the wrong ones
        box.audit.append("logged_in", entry.id, detail="one_time" if one_time else None)
        sessions = self._box.sessions
        token, who = sessions.open(entry.id, entry.name, roles_of(entry), one_time=one_time)
        try:
            now = box.keyring.content.operators.get(entry.id)
            if now is None or now.wrap != entry.wrap:
                raise Refused("wrong_password")
            refresh(box, sessions, entry.id)
            if not one_time:  # nothing is readable before a password is chosen
                self._box.unlock(proof)
        except Exception:
            sessions.close_session(who.session)
            raise
        device = self._box.gate.devices.remember(cookie, entry.id)
        return self.session(token, sessions.find(token), device)
