"""Log in and out, and ask who is logged in."""

from typing import Literal

from msgspec import Struct

from appliance.link.operations import Allowed, Done, Operation, Role


class Session(Struct, frozen=True, forbid_unknown_fields=True):
    """A logged-in operator, or somebody on the way to it.

    ``step`` says what is still missing: nothing, a code of the authenticator app (the token is
    then good for ``EnterCode`` alone), or a password of one's own in place of the one-time
    password. Until the latter is chosen nobody has a role.
    """

    token: str  # opaque; empty when asked by WhoAmI
    operator: str  # operator id; empty while a code is missing
    name: str
    roles: tuple[Role, ...]
    idle_seconds: int  # locks after so long without a request
    step: Literal["open", "code", "password"] = "open"
    idle_left: int = 0  # seconds until it locks for want of a request
    ends_in: int = 0  # seconds until it ends whatever is done


class LogIn(Operation[Session], frozen=True, tag="people.log_in"):
    """Prove a password; where a code is set as well, it comes along or ``EnterCode`` follows."""

    roles = Allowed.ANYBODY
    audit = "logged_in"
    audited = "inside"  # nobody is known before the proof
    name: str
    password: str
    totp: str = ""


class EnterCode(Operation[Session], frozen=True, tag="people.enter_code"):
    """Give the code of the authenticator app, after the password was right."""

    roles = Allowed.ANYBODY
    audit = "logged_in"
    audited = "inside"  # nobody is known before the proof
    token: str  # of the login that asks for it
    code: str


class LogOut(Operation[Done], frozen=True, tag="people.log_out"):
    """End the session; the last one ends the reading child."""

    roles = Allowed.LOGGED_IN
    audit = "logged_out"
    before_own_password = True


class WhoAmI(Operation[Session], frozen=True, tag="people.who_am_i"):
    """Ask whose session this is."""

    roles = Allowed.LOGGED_IN
    before_own_password = True
    keeps_awake = False
