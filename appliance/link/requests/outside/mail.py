"""Show where mail goes, set it up, have a first one sent, stop it."""

from appliance.link.operations import Done, Message, Operation, Role, Secret

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class MailPlace(Message, frozen=True):
    """Where mail goes, without the password."""

    server: str
    port: int
    tls: bool  # from the first byte; False: by STARTTLS
    user: str  # empty: the server asks for none
    sender: str
    recipients: tuple[str, ...]
    daily: bool  # also when all is well


class MailStanding(Message, frozen=True):
    """How mail stands."""

    place: MailPlace | None  # None: none is set up
    level: str = ""  # of the keyring, which keeps the password
    waiting: bool = False  # one is to go out
    code: str = ""  # why the last attempt failed, or ``some_refused``
    sent: float | None = None  # UTC, the last one; None: none went out yet
    away: bool = False  # the courier has not asked for a while

    @property
    def amiss(self) -> bool:
        """Say whether the last attempt failed, or a recipient was refused."""
        return bool(self.code)


class GetMail(Operation[MailStanding], frozen=True, tag="mail.get"):
    """Ask how mail stands."""

    roles = ADMINISTRATOR
    keeps_awake = False


class ChangeMail(Operation[Done], frozen=True, tag="mail.change"):
    """Say where mail goes; a first one goes there at once."""

    roles = ADMINISTRATOR
    audit = "mail_changed"
    audited = "inside"  # once the password is proved
    place: MailPlace
    password: Secret  # the administrator's own
    secret: Secret | None = None
    """The mail server's password; None: the one that is kept, for the same server and user."""

    def __repr__(self) -> str:
        return "ChangeMail(…)"


class TryMail(Operation[Done], frozen=True, tag="mail.try"):
    """Have a mail sent now, to see that it arrives."""

    roles = ADMINISTRATOR
    audit = "mail_asked"


class StopMail(Operation[Done], frozen=True, tag="mail.stop"):
    """Send no more mail, and forget the password of the mail server."""

    roles = ADMINISTRATOR
    audit = "mail_stopped"
    audited = "inside"  # once the password is proved
    password: Secret  # the administrator's own

    def __repr__(self) -> str:
        return "StopMail(…)"
