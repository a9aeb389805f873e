"""Replace the recovery sheet, and come back in with it."""

from appliance.link.operations import Done, Message, Operation, Role, Secret, WithoutRole
from appliance.link.requests.first_run import RecoverySheet
from appliance.link.requests.login import Browser, Session
from appliance.link.requests.people import OldKeys


class SheetNow(Message, frozen=True):
    """The recovery sheet in force; what stands on it is nowhere."""

    number: int  # counted in this vault
    made: float  # UTC
    replaceable: bool  # False: the vault was made by a version whose sheet cannot be replaced
    old_keys: OldKeys  # whether older sheets and passwords still open an old keyring
    level: str  # of the eraser
    drawn: RecoverySheet | None = None  # a new one that this session has not typed back yet


class GetSheet(Operation[SheetNow], frozen=True, tag="sheet.get"):
    """Ask which recovery sheet is in force; also for one that waits to be typed back."""

    roles = frozenset({Role.ADMINISTRATOR})


class DrawSheet(Operation[RecoverySheet], frozen=True, tag="sheet.draw"):
    """Draw a new recovery sheet; the old one stays in force until the new one is typed back."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "sheet_drawn"
    for_one_session = True
    password: Secret  # the administrator's own


class ReplaceSheet(Operation[Done], frozen=True, tag="sheet.replace"):
    """Type back the asked groups of the new sheet; from then on the old one opens nothing."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "sheet_replaced"
    audited = "inside"  # once alone, when the groups fit
    for_one_session = True
    groups: dict[int, str]


class DropSheet(Operation[Done], frozen=True, tag="sheet.drop"):
    """Forget the new sheet; the old one stays in force."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "sheet_dropped"
    for_one_session = True


class EnterBySheet(Operation[Session], frozen=True, tag="sheet.enter"):
    """Let an administrator in by the recovery sheet, at the box alone.

    They get the password that they choose. Where logins ask for a code, this asks for one, too,
    unless they say that the app is lost as well: then it goes, with its backup codes.
    """

    roles = WithoutRole.ANYBODY
    audit = "let_in_by_sheet"
    audited = "inside"  # the operator is unknown before the sheet is proved
    for_one_session = True
    name: str
    sheet: Secret  # as typed or scanned
    password: Secret  # the new one
    browser: Browser | None = None
    let_in: Secret = ""  # a code made at the box, for a browser elsewhere
    code: Secret = ""  # the app's, or a backup code
    app_lost: bool = False


class SheetUse(Message, frozen=True):
    """A time at which a person was let in by the recovery sheet."""

    at: float  # UTC, the believed time
    name: str  # empty: the account is gone
    sheet: int  # its number


class SheetUses(Message, frozen=True):
    """The uses of the last 30 days, or of unknown age, the newest first."""

    uses: tuple[SheetUse, ...]


class GetSheetUses(Operation[SheetUses], frozen=True, tag="sheet.uses"):
    """Ask who was let in by the recovery sheet: everybody may know."""

    roles = WithoutRole.LOGGED_IN
    keeps_awake = False
