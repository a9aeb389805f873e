"""Keep each version of the settings as a file, and which of them holds.

A change goes in this order, each step on the medium before the next: the audit's entry, the
version's own file, its row in the ledger, then the file in force by a rename. The rename is the
commit: a version whose file is there without it never held, and ``mend`` removes it at the next
start.
"""

from collections.abc import Callable
from pathlib import Path

from appliance.config.folders import Folders
from appliance.config.kept import (
    SEED,
    InForce,
    KeptText,
    Seed,
    digest,
    encode_kept,
    find_kept,
    in_force,
    read_kept,
    version_file,
    version_files,
)
from appliance.config.mistakes import Mistake, MistakesFound, mistake
from appliance.errors import Refused
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.settings_rows import VersionRow
from appliance.vault.disk import Disk, writing


class VersionStore:
    """The settings' files and rows. Its caller makes one change at a time."""

    def __init__(
        self, folders: Folders, seed: Seed, ledger: Ledger, disk: Disk | None = None
    ) -> None:
        """Prepare; ``mend`` first, ``find`` then."""
        self._folders, self._seed, self._ledger = folders, seed, ledger
        self._disk = disk or Disk()

    def find(self) -> InForce:
        """Return the settings in force; raises MistakesFound if none can be used."""
        return in_force(self._folders, self._seed)

    def mend(self, never_held: Callable[[int], None]) -> bool:
        """Make file, copies and rows agree after a power cut; say whether the file was put back.

        Raises:
            MistakesFound: there are settings, and none of them can be read.
            VaultError: a write failed; the next start goes on.
        """
        kept, problem = find_kept(self._folders)
        if kept is not None and not self._ordered(kept):
            kept, problem = self._last_ordered(), (_not_ordered(self._folders),)
        now = kept.version if kept is not None else SEED
        for path in version_files(self._folders):
            if (number := int(path.stem)) > now:
                if number > 1:  # the first is a copy that nobody ordered
                    never_held(number)
                self._unlink(path)
        if kept is None:
            self._ledger.drop_versions_above(now)
            return False
        self._copy(kept)
        self._ledger.drop_versions_above(now)
        if problem:
            self._put(self._folders.settings_now, kept.version, kept.text)
        return bool(problem)

    def _ordered(self, kept: KeptText) -> bool:
        """Say whether the ledger, which is sealed, knows this very text under its number.

        A ledger that was begun anew knows no version, and then none is doubted.
        """
        row = self._ledger.version(kept.version)
        if row is None:
            return self._ledger.version(1) is None
        return not row.sha256 or row.sha256 == digest(kept.text)

    def _last_ordered(self) -> KeptText:
        """Return the newest version that was ordered, from its own file."""
        for path in reversed(version_files(self._folders)):
            try:
                kept = read_kept(path)
            except MistakesFound:
                continue
            if self._ordered(kept):
                return kept
        raise MistakesFound("", _not_ordered(self._folders))

    def next_version(self, now: int) -> int:
        """Return the number of the next version; the first is the seed that was changed."""
        return max(now, 1, *self.numbers()) + 1

    def keep(self, text: str, row: VersionRow) -> None:
        """Make a text hold; its audit entry is on the disk.

        Raises:
            VaultError: a write failed. Either the version holds all the same, or nothing changed;
                ``find`` tells.
        """
        if not self._folders.settings_now.exists():
            self._ledger.keep_version(VersionRow(number=1, at=None, sha256=digest(self._seed.text)))
            self._put(version_file(self._folders, 1), 1, self._seed.text)
            self._put(self._folders.settings_now, 1, self._seed.text)
        self._put(version_file(self._folders, row.number), row.number, text)
        self._ledger.keep_version(row)
        self._put(self._folders.settings_now, row.number, text)

    def take_back(self, version: int) -> None:
        """Forget a version that does not hold, after a failed write."""
        self._unlink(version_file(self._folders, version))
        self._ledger.drop_versions_above(version - 1)

    def text(self, version: int) -> str:
        """Return the text of a version; 0 is the seed. Raises Refused."""
        if version == SEED:
            return self._seed.text
        try:
            kept = read_kept(version_file(self._folders, version))
        except MistakesFound as error:
            if error.missing:
                raise Refused("no_version") from None
            raise Refused("version_unreadable") from None
        return kept.text

    def numbers(self) -> list[int]:
        """Return the numbers of all versions, the newest first."""
        return [int(path.stem) for path in reversed(version_files(self._folders))]

    def row(self, version: int) -> VersionRow:
        """Return who made a version and when, as far as that is known."""
        return self._ledger.version(version) or VersionRow(number=version, at=None)

    def _copy(self, kept: KeptText) -> None:
        """Make the copy of the version in force anew, if it is not whole."""
        path = version_file(self._folders, kept.version)
        try:
            whole = read_kept(path) == kept
        except MistakesFound:
            whole = False
        if not whole:
            self._put(path, kept.version, kept.text)

    def _put(self, path: Path, version: int, text: str) -> None:
        with writing("The settings"):
            folder = path.parent.stat()
            # Who may look into the folder, the recorder on the appliance, may read its files.
            mode = 0o600 | folder.st_mode & 0o040
            self._disk.replace(path, encode_kept(version, text), mode, folder.st_gid)

    def _unlink(self, path: Path) -> None:
        with writing("The settings"):
            self._disk.unlink(path)


def _not_ordered(folders: Folders) -> Mistake:
    return mistake((), "kept_not_ordered", path=folders.settings_now)
