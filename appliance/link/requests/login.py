"""Operators: first run, login, who am I."""

from typing import ClassVar, Literal

from msgspec import Struct

from appliance.link.operations import Allowed, Done, Operation, Role


class BoxState(Struct, frozen=True, forbid_unknown_fields=True):
    """What a panel must know before it shows anything."""

    set_up: bool  # False: no owner yet, first run
    sheet_confirmed: bool  # False: the recovery sheet was shown but not typed back
    locked: bool  # True: nobody is logged in, nothing can be read
    trial: bool
    office: str
    eraser: str  # E0, E1, E2
    languages: tuple[str, ...]


class GetBoxState(Operation[BoxState], frozen=True, tag="people.box"):
    """Ask how far the box is set up."""

    roles = Allowed.ANYBODY
    reply = BoxState


class RecoverySheet(Struct, frozen=True, forbid_unknown_fields=True):
    """The office's secret as text, shown once and never stored."""

    groups: tuple[str, ...]  # the text in groups, checksummed
    qr_svg: str
    ask_groups: tuple[int, ...]  # which groups (from 0) must be typed back
    token: str = ""  # the owner's session


class FirstRun(Operation[RecoverySheet], frozen=True, tag="people.first_run"):
    """Make the vault and its first administrator; answers with the recovery sheet.

    Needs the one-time code that was printed at the start (or on the setup sheet); while the sheet
    is not confirmed it can be asked again with the same password and shows a new sheet.
    """

    roles: ClassVar[Allowed] = Allowed.ANYBODY
    reply = RecoverySheet
    audit = "first_run"
    code: str
    name: str
    password: str


class ConfirmSheet(Operation[Done], frozen=True, tag="people.confirm_sheet"):
    """Type back the asked groups of the recovery sheet."""

    roles = Allowed.LOGGED_IN
    reply = Done
    audit = "sheet_confirmed"
    groups: dict[int, str]


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
    reply = Session
    audit = "logged_in"
    name: str
    password: str
    totp: str = ""


class EnterCode(Operation[Session], frozen=True, tag="people.enter_code"):
    """Give the code of the authenticator app, after the password was right."""

    roles = Allowed.ANYBODY
    reply = Session
    audit = "logged_in"
    token: str  # of the login that asks for it
    code: str


class LogOut(Operation[Done], frozen=True, tag="people.log_out"):
    """End the session; the last one ends the reading child."""

    roles = Allowed.LOGGED_IN
    reply = Done
    audit = "logged_out"


class WhoAmI(Operation[Session], frozen=True, tag="people.who_am_i"):
    """Ask whose session this is."""

    roles = Allowed.LOGGED_IN
    reply = Session
