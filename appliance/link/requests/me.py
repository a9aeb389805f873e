"""Manage one's own account: password, second factor, open sessions."""

from appliance.link.operations import Done, Message, Operation, Secret, WithoutRole
from appliance.link.requests.login import Session


class ChangePassword(Operation[Session], frozen=True, tag="me.password"):
    """Choose another password; end all one's sessions and open a new one for the asker.

    Beside logging out, a one-time password is good for this alone.
    """

    roles = WithoutRole.LOGGED_IN
    audit = "password_changed"
    before_own_password = True
    for_one_session = True
    old: Secret
    new: Secret


class TotpSetup(Message, frozen=True):
    """The secret for an authenticator app, shown until a code of it was typed back."""

    secret: str  # base 32
    uri: str  # otpauth://
    qr_svg: str


class BeginTotp(Operation[TotpSetup], frozen=True, tag="me.begin_totp"):
    """Make a secret for an authenticator app; a code typed back puts it into force."""

    roles = WithoutRole.LOGGED_IN
    for_one_session = True
    password: Secret


class ShowTotp(Operation[TotpSetup], frozen=True, tag="me.show_totp"):
    """Show one's new secret again, after a wrong code, to the session that asked for it."""

    roles = WithoutRole.LOGGED_IN
    for_one_session = True


class ConfirmTotp(Operation[Done], frozen=True, tag="me.confirm_totp"):
    """Type a code from the app; from now on every login asks for one."""

    roles = WithoutRole.LOGGED_IN
    audit = "totp_set"
    for_one_session = True
    code: Secret


class DropTotp(Operation[Done], frozen=True, tag="me.drop_totp"):
    """Log in without codes again."""

    roles = WithoutRole.LOGGED_IN
    audit = "totp_removed"
    password: Secret
    code: Secret


class BackupCodes(Message, frozen=True):
    """Codes that take the place of the authenticator's, one login each; shown once."""

    codes: tuple[str, ...]


class MakeBackupCodes(Operation[BackupCodes], frozen=True, tag="me.backup_codes"):
    """Make backup codes in place of all earlier ones."""

    roles = WithoutRole.LOGGED_IN
    audit = "backup_codes_made"
    password: Secret
    code: Secret  # the app's, or a backup code that is left: the password alone makes none


class MySession(Message, frozen=True):
    """One of the operator's own sessions."""

    since: float  # UTC
    used: float  # UTC
    here: bool  # the session that asks


class Me(Message, frozen=True):
    """An operator's own settings."""

    totp: bool
    backup_left: int  # backup codes that were not used yet
    sessions: tuple[MySession, ...]  # newest first


class ShowMe(Operation[Me], frozen=True, tag="me.show"):
    """Look at one's own settings and sessions."""

    roles = WithoutRole.LOGGED_IN


class EndOthers(Operation[Done], frozen=True, tag="me.end_others"):
    """End every session of one's own but this one."""

    roles = WithoutRole.LOGGED_IN
    audit = "sessions_ended"


class Stay(Operation[Done], frozen=True, tag="me.stay"):
    """Report presence, so that the session does not end as idle."""

    roles = WithoutRole.LOGGED_IN
    before_own_password = True
    for_one_session = True
