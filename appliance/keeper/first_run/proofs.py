"""Check the first run's two proofs: one-time password and groups of the sheet.

The pool of recording keys stays closed until the groups are typed back. So nothing is sealed to a
secret whose sheet may be lost, and asking again simply makes another secret.
"""

import contextlib
import os
import secrets
from hmac import compare_digest

from appliance.config.folders import Folders
from appliance.errors import Refused, WrongSecret
from appliance.keeper.first_run.create import Sheet
from appliance.keeper.people.gate import Asker, Gate
from appliance.keeper.people.passwords import drawn_password
from appliance.link.requests.first_run import RecoverySheet
from appliance.link.requests.login import Session
from appliance.vault.opening.keys import GROUPS, read_group

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
                code.write(drawn_password().upper() + "\n")

    def check(self, typed: str, asker: Asker) -> None:
        """Accept the password; raises Refused: ``wrong_password`` or ``throttled``."""
        with self._gate.attempt(asker, _COUNTED_AS, proof=False) as attempt:
            right = self._read()
            if not right or not compare_digest(_letters(typed), _letters(right)):
                raise Refused("wrong_password", "The one-time password is wrong.")
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
    """The groups of the last sheet that must be typed back; only these, only in memory."""

    def __init__(self) -> None:
        self._asked: dict[int, str] = {}

    def show(self, sheet: Sheet, session: Session) -> RecoverySheet:
        """Choose the groups to be typed back and return the sheet for display."""
        chosen = sorted(secrets.SystemRandom().sample(range(GROUPS), ASKED_BACK))
        self._asked = {index: sheet.groups[index] for index in chosen}
        return RecoverySheet(
            sheet.groups,
            sheet.qr_svg,
            tuple(chosen),
            session.token,
            session.device,
            sheet.audit_key,
            sheet.proof_key,
        )

    def check(self, typed: dict[int, str]) -> None:
        """Accept the typed groups.

        Raises:
            Refused: ``invalid``: they do not fit, or the keeper has restarted since the sheet was
                shown, so another one is needed.
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
    """Return a typed code's letters in upper case, without separators."""
    return "".join(letter for letter in code.upper() if letter.isalnum()).encode()
