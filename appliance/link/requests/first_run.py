"""Set up a new box: its vault, its owner and the recovery sheet."""

from appliance.link.operations import Done, Message, Operation, Secret, WithoutRole
from appliance.link.requests.login import Browser

FOR_EVER = {"en": "FOR EVER", "pl": "NA ZAWSZE", "de": "FÜR IMMER"}
"""The words with which a person says that a board's key is burnt, by the panel's language."""


class BoxState(Message, frozen=True):
    """The state that the panel checks before it shows a page."""

    set_up: bool  # False: no owner yet, first run
    sheet_confirmed: bool  # False: the recovery sheet was not typed back yet
    locked: bool  # True: no operator is logged in, nothing can be read
    trial: bool  # for good: its folder never gets a real line
    office: str
    eraser: str  # E0, E1, E2
    languages: tuple[str, ...]


class GetBoxState(Operation[BoxState], frozen=True, tag="people.box"):
    """Ask whether the box is set up, confirmed and unlocked."""

    roles = WithoutRole.ANYBODY


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

    roles = WithoutRole.ANYBODY
    audit = "first_run"
    audited = "inside"  # which makes the audit itself
    for_one_session = True
    code: Secret
    name: str
    password: Secret
    at: float = 0.0  # the box's time (UTC), if the person has confirmed it
    uptime: float = 0.0  # seconds since the boot at which it was seen
    browser: Browser | None = None
    another: bool = False  # the sheet that was shown is lost
    plain: bool = False  # the person accepts level E0, where the box has no better


class BoardState(Message, frozen=True):
    """How the board's own key stands, as far as it concerns a box without a vault."""

    state: str  # none, blank, part (ours, cut off), foreign (another's part), whole
    outcome: str = ""  # of the last attempt: burnt, refused, failed, held, late, none
    asked: bool = False  # root was asked and has not answered yet
    chip: str = ""  # of a clock module: taken, anew, away, root, foreign, failed; empty: none


class GetBoard(Operation[BoardState], frozen=True, tag="people.board"):
    """Ask whether the board can be given a key of its own; ``none`` once there is a vault."""

    roles = WithoutRole.ANYBODY


class BurnBoardKey(Operation[Done], frozen=True, tag="people.burn_board_key"):
    """Have root burn a key into the board, for ever; the keeper then starts anew.

    Needs the one-time code, and the word for it in one of the panel's languages. There is no audit
    yet: root notes it before the first row is burnt, and the vault's audit begins with it.
    """

    roles = WithoutRole.ANYBODY
    audit = "board_key"
    audited = "inside"  # once there is an audit
    code: Secret
    word: str
    browser: Browser | None = None


class ShowSheet(Operation[RecoverySheet], frozen=True, tag="people.show_sheet"):
    """Show the recovery sheet of the first run again, until it is typed back."""

    roles = WithoutRole.LOGGED_IN
    for_one_session = True


class ConfirmSheet(Operation[Done], frozen=True, tag="people.confirm_sheet"):
    """Type back the asked groups of the recovery sheet."""

    roles = WithoutRole.LOGGED_IN
    audit = "sheet_confirmed"
    audited = "inside"  # once alone, when the groups fit
    for_one_session = True
    groups: dict[int, str]


def says_for_ever(typed: str) -> bool:
    """Say whether somebody has typed the words, in any language; case and spaces do not count."""
    return " ".join(typed.split()).upper() in FOR_EVER.values()
