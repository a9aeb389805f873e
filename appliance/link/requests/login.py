"""Log in and out; ask who is logged in."""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, Secret, WithoutRole


class Session(Message, frozen=True):
    """An operator's session, or a login that lacks a step.

    ``step`` names what is missing: nothing; a code of the authenticator app (the token is then good
    for ``EnterCode`` alone); or a password of the operator's own in place of the one-time password,
    before which they have no role.
    """

    token: str  # opaque; empty in answer to WhoAmI
    operator: str  # operator id; empty while a code is missing
    name: str
    roles: tuple[Role, ...]
    idle_seconds: int  # locks after so long without a request
    step: Literal["open", "code", "password"] = "open"
    idle_left: int = 0  # seconds until it ends without a request
    ends_in: int = 0  # seconds until it ends in any case
    device: str = ""  # after a login: for the browser's device cookie


class Browser(Message, frozen=True):
    """The browser that the panel speaks for. The keeper believes this of the panel's user alone."""

    address: str  # IPv4 or IPv6
    device: str = ""  # its device cookie, from an earlier login
    token: str = ""  # of the session that it still has; a new login ends it


class LogIn(Operation[Session], frozen=True, tag="people.log_in"):
    """Prove a password; a second factor's code comes along or ``EnterCode`` follows."""

    roles = WithoutRole.ANYBODY
    audit = "logged_in"
    audited = "inside"  # the operator is unknown before the proof
    for_one_session = True
    name: str
    password: Secret
    totp: Secret = ""
    browser: Browser | None = None
    let_in: Secret = ""  # a code for a new browser, as typed


class LetInCode(Message, frozen=True):
    """A code for one new browser, shown once."""

    name: str  # as the person is called
    code: str
    seconds: int  # until it is too old


class LetIn(Operation[LetInCode], frozen=True, tag="people.let_in"):
    """Make a code with which a person's new browser logs in before all strangers."""

    roles = WithoutRole.LOCAL
    audit = "let_in"
    audited = "inside"  # the operator's id is found by the name
    name: str


class EnterCode(Operation[Session], frozen=True, tag="people.enter_code"):
    """Give the authenticator app's code, after the password was right."""

    roles = WithoutRole.ANYBODY
    audit = "logged_in"
    audited = "inside"  # the operator is unknown before the proof
    for_one_session = True
    token: Secret  # of the login that asks for it
    code: Secret


class LogOut(Operation[Done], frozen=True, tag="people.log_out"):
    """End the session; with the last one the reading child ends."""

    roles = WithoutRole.LOGGED_IN
    audit = "logged_out"
    before_own_password = True
    for_one_session = True


class WhoAmI(Operation[Session], frozen=True, tag="people.who_am_i"):
    """Ask whose session this is, and how long it lasts."""

    roles = WithoutRole.LOGGED_IN
    before_own_password = True
    keeps_awake = False
    for_one_session = True
