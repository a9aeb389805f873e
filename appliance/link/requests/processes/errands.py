"""Give the courier what it is to do, and hear how it went."""

from appliance.link.operations import Done, Message, Operation, WithoutRole


class Letter(Message, frozen=True):
    """A mail that is to go out, with what its server asks for; kept in memory alone."""

    server: str
    port: int
    tls: bool  # from the first byte; False: by STARTTLS
    user: str  # empty: the server asks for none
    secret: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    id: str  # 32 hex digits; the same for each attempt
    at: float  # UTC

    def __repr__(self) -> str:
        return "Letter(…)"


class Errand(Message, frozen=True):
    """An errand of the courier's."""

    wanted: bool  # False: nothing is set up, so no courier is needed
    number: int = 0
    letter: Letter | None = None  # None: nothing is to be done now


class TakeErrand(Operation[Errand], frozen=True, tag="errands.take"):
    """Ask for the next errand."""

    roles = WithoutRole.COURIER
    audit = "mail_begun"
    audited = "inside"  # only if there is one


class TellErrand(Operation[Done], frozen=True, tag="errands.tell"):
    """Tell how an errand went."""

    roles = WithoutRole.COURIER
    audit = "mail_sent"
    audited = "inside"  # or ``mail_failed``
    number: int
    code: str  # of ``model.outside.mail``; empty: it is done
