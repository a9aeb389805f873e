"""What everybody does about themselves: password, second factor, open sessions."""

from msgspec import Struct

from appliance.link.operations import Allowed, Done, Operation
from appliance.link.requests.login import Session


class ChangePassword(Operation[Session], frozen=True, tag="me.password"):
    """Choose another password; every other session of oneself ends.

    The one thing, beside logging out, that a one-time password is good for.
    """

    roles = Allowed.LOGGED_IN
    audit = "password_changed"
    before_own_password = True
    old: str
    new: str


class TotpSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """What an authenticator app needs; told this once."""

    secret: str  # base 32
    uri: str  # otpauth://
    qr_svg: str


class BeginTotp(Operation[TotpSetup], frozen=True, tag="me.begin_totp"):
    """Make a secret for an authenticator app; it counts once a code of it is typed back."""

    roles = Allowed.LOGGED_IN
    password: str


class ConfirmTotp(Operation[Done], frozen=True, tag="me.confirm_totp"):
    """Type a code from the app; from now on one is asked at every login."""

    roles = Allowed.LOGGED_IN
    audit = "totp_set"
    code: str


class DropTotp(Operation[Done], frozen=True, tag="me.drop_totp"):
    """Log in without codes again."""

    roles = Allowed.LOGGED_IN
    audit = "totp_removed"
    password: str
    code: str


class MySession(Struct, frozen=True, forbid_unknown_fields=True):
    """One of one's own sessions."""

    since: float  # UTC
    used: float  # UTC
    here: bool  # the one that asks


class Me(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody has set for themselves."""

    totp: bool
    sessions: tuple[MySession, ...]  # newest first


class ShowMe(Operation[Me], frozen=True, tag="me.show"):
    """Look at one's own settings and sessions."""

    roles = Allowed.LOGGED_IN


class EndOthers(Operation[Done], frozen=True, tag="me.end_others"):
    """End every session of oneself but this one."""

    roles = Allowed.LOGGED_IN
    audit = "sessions_ended"


class Stay(Operation[Done], frozen=True, tag="me.stay"):
    """Say that somebody is still there, so that the session does not end by being idle."""

    roles = Allowed.LOGGED_IN
    before_own_password = True
