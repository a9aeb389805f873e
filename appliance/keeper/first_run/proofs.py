"""The first run: a one-time password, the vault, the recovery sheet, a part of it typed back.

Until that part is typed back the pool of recording keys stays closed, so nothing is sealed to a
secret that nobody may have kept; asking again then simply makes another one.
"""

import contextlib
import os
import secrets
from hmac import compare_digest

from appliance.config.folders import Folders
from appliance.errors import Refused, WrongSecret
from appliance.keeper.first_run.create import Sheet
from appliance.keeper.people.passwords import drawn_password
from appliance.keeper.people.throttle import Throttle
from appliance.link.requests.first_run import RecoverySheet
from appliance.vault.opening.keys import GROUPS, read_group

ASKED_BACK = 2
"""Groups of the sheet that are typed back."""

_THROTTLED_AS = "\0first run"
"""Guesses at the one-time password are slowed down together; no operator can have this name."""


class OneTimePassword:
    """The password of a box that is not set up yet, in a file that only this user can read."""

    def __init__(self, folders: Folders, throttle: Throttle) -> None:
        self._path = folders.first_run_code
        self._throttle = throttle

    def offer(self) -> None:
        """Make a password if none was made before."""
        if not self._read():
            self._path.unlink(missing_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(file, "w", encoding="ascii") as code:
                code.write(drawn_password().upper() + "\n")

    def check(self, typed: str) -> None:
        """Accept the password; raises Refused: ``wrong_password`` or ``throttled``."""
        self._throttle.admit(_THROTTLED_AS)
        right = self._read()
        if not right or not compare_digest(_letters(typed), _letters(right)):
            raise Refused("wrong_password", "The one-time password is wrong.")
        self._throttle.passed(_THROTTLED_AS)

    def used(self) -> None:
        """Forget the password: it served its one time."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    def _read(self) -> str:
        with contextlib.suppress(FileNotFoundError, UnicodeDecodeError):
            return self._path.read_text("ascii").strip()
        return ""


class SheetCheck:
    """The groups of the last sheet that must be typed back; in memory only, and only these."""

    def __init__(self) -> None:
        self._asked: dict[int, str] = {}

    def show(self, sheet: Sheet, token: str) -> RecoverySheet:
        """Choose the groups to be typed back and return the sheet as it is shown."""
        chosen = sorted(secrets.SystemRandom().sample(range(GROUPS), ASKED_BACK))
        self._asked = {index: sheet.groups[index] for index in chosen}
        return RecoverySheet(sheet.groups, sheet.qr_svg, tuple(chosen), token)

    def check(self, typed: dict[int, str]) -> None:
        """Accept the typed groups.

        Raises:
            Refused: ``invalid``: they do not fit, or the sheet was shown before the keeper last
                started, so that another one is needed.
        """
        if not self._asked:
            raise Refused("invalid", "Let a new recovery sheet be shown, then type from that one.")
        try:
            read = {index: read_group(index, group) for index, group in typed.items()}
        except (WrongSecret, IndexError) as error:
            raise Refused("invalid", str(error)) from None
        for index, group in self._asked.items():
            if not compare_digest(read.get(index, ""), group):
                raise Refused("invalid", f"Group {index + 1} is not as it stands on the sheet.")
        self._asked = {}


def _letters(code: str) -> bytes:
    """Return what counts of a typed code: its letters, whatever case and signs stand between."""
    return "".join(letter for letter in code.upper() if letter.isalnum()).encode()
