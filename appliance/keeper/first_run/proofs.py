"""Check the first run's two proofs: one-time password and groups of the sheet.

The pool of recording keys stays closed until the groups are typed back, so nothing is sealed while
the sheet may be lost.
"""

import contextlib
import os
import secrets
from hmac import compare_digest

from appliance.config.folders import Folders
from appliance.errors import Refused, WrongSheet
from appliance.keeper.first_run.create import Sheet
from appliance.keeper.people.gate import Asker, Gate
from appliance.keeper.people.passwords import drawn_password
from appliance.link.requests.first_run import RecoverySheet
from appliance.model.typed.sheet import GROUPS
from appliance.vault.opening.keys import read_group

ASKED_BACK = 2
"""Groups of the sheet to be typed back."""

_COUNTED_AS = "\0first run"
"""The name of guesses at the one-time password at the gate; no operator can have it."""


class OneTimePassword:
    """The password of a box that is not set up, in a file only this user can read."""

    def __init__(self, folders: Folders, gate: Gate) -> None:
        self._path = folders.first_run_code
        self._gate = gate

    def offer(self) -> None:
        """Make a password unless there is one."""
        if not self._read():
            self._path.unlink(missing_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(file, "w", encoding="ascii") as code:
                code.write(drawn_password() + "\n")

    def check(self, typed: str, asker: Asker) -> None:
        """Accept the password; raises Refused: ``wrong_one_time_password`` or ``throttled``."""
        with self._gate.attempt(asker, _COUNTED_AS, proof=False) as attempt:
            right = self._read()
            if not right or not compare_digest(_letters(typed), _letters(right)):
                raise Refused("wrong_one_time_password")
            attempt.right()

    def used(self) -> None:
        """Remove the password: it served its one time."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    def _read(self) -> str:
        with contextlib.suppress(FileNotFoundError, UnicodeDecodeError):
            return self._path.read_text("ascii").strip()
        return ""


class SheetCheck:
    """The last sheet that was shown, until it is typed back; in memory alone.

    It is kept whole for so long: a page that is loaded again must show the same sheet, since the
    one that is printed already would be void otherwise.
    """

    def __init__(self) -> None:
        self.shown: RecoverySheet | None = None

    def show(self, sheet: Sheet, controller: str) -> RecoverySheet:
        """Choose the groups to be typed back and return the sheet for display."""
        chosen = sorted(secrets.SystemRandom().sample(range(GROUPS), ASKED_BACK))
        self.shown = RecoverySheet(
            sheet.groups,
            sheet.qr_svg,
            tuple(chosen),
            audit_key=sheet.audit_key,
            proof_key=sheet.proof_key,
            number=sheet.number,
            made=sheet.made,
            controller=controller,
        )
        return self.shown

    def check(self, typed: dict[int, str]) -> None:
        """Accept the typed groups, and forget the sheet.

        Raises:
            Refused: ``wrong_group``, or ``sheet_not_shown``: the keeper has restarted since, so
                another one is needed.
        """
        if self.shown is None:
            raise Refused("sheet_not_shown")
        read = {index: _group(index, group) for index, group in typed.items()}
        for index in self.shown.ask_groups:
            if not compare_digest(read.get(index, ""), self.shown.groups[index]):
                raise Refused("wrong_group", group=index + 1)
        self.shown = None


def _group(index: int, typed: str) -> str:
    try:
        return read_group(index, typed)
    except (WrongSheet, IndexError):
        raise Refused("wrong_group", group=index + 1) from None


def _letters(code: str) -> bytes:
    """Return a typed code's letters in upper case, without separators."""
    return "".join(letter for letter in code.upper() if letter.isalnum()).encode()
