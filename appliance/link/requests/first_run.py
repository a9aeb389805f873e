"""Set up a new box: its vault, its owner and the recovery sheet."""

from appliance.link.operations import Allowed, Done, Message, Operation
from appliance.link.requests.login import Browser


class BoxState(Message, frozen=True):
    """The state that the panel checks before it shows a page."""

    set_up: bool  # False: no owner yet, first run
    sheet_confirmed: bool  # False: the recovery sheet was not typed back yet
    locked: bool  # True: no operator is logged in, nothing can be read
    trial: bool
    office: str
    eraser: str  # E0, E1, E2
    languages: tuple[str, ...]


class GetBoxState(Operation[BoxState], frozen=True, tag="people.box"):
    """Ask whether the box is set up, confirmed and unlocked."""

    roles = Allowed.ANYBODY


class RecoverySheet(Message, frozen=True):
    """The office's secret as text, shown once and never stored."""

    groups: tuple[str, ...]  # the text in groups, checksummed
    qr_svg: str
    ask_groups: tuple[int, ...]  # which groups (from 0) must be typed back
    token: str = ""  # the owner's session
    device: str = ""  # for the browser's device cookie
    audit_key: str = ""  # hex of the audit's first public key, for ``zgoda audit verify``
    proof_key: str = ""  # fingerprint of the key that signs proofs, for ``zgoda verify-proof``
    number: int = 1  # counted in this vault
    made: float = 0.0  # UTC
    controller: str = ""


class FirstRun(Operation[RecoverySheet], frozen=True, tag="people.first_run"):
    """Make the vault and its first administrator; answer with the recovery sheet.

    Needs the one-time code that was printed at the start (or on the setup sheet). Until the sheet
    is confirmed, the same password gets the same sheet again, or another one where the keeper has
    started anew or ``another`` asks for it.
    """

    roles = Allowed.ANYBODY
    audit = "first_run"
    audited = "inside"  # which makes the audit itself
    code: str
    name: str
    password: str
    at: float = 0.0  # the box's time (UTC), if the person has confirmed it
    uptime: float = 0.0  # seconds since the boot at which it was seen
    browser: Browser | None = None
    another: bool = False  # the sheet that was shown is lost


class ShowSheet(Operation[RecoverySheet], frozen=True, tag="people.show_sheet"):
    """Show the recovery sheet of the first run again, until it is typed back."""

    roles = Allowed.LOGGED_IN


class ConfirmSheet(Operation[Done], frozen=True, tag="people.confirm_sheet"):
    """Type back the asked groups of the recovery sheet."""

    roles = Allowed.LOGGED_IN
    audit = "sheet_confirmed"
    audited = "inside"  # once alone, when the groups fit
    groups: dict[int, str]
