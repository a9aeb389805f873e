"""Have the courier look for updates and fetch one in parts, each on record first.

Nothing that it brings is believed: a description decides what is offered, the described digest what
is kept, and RAUC what is installed. A fetch goes on where it was, also after a restart: what is on
the disk tells how far it is.
"""

import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.errands import RecordedErrands, Retries, known_end
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import UpdateRow
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.update.room import UpdateFolder
from appliance.link.requests.outside.update import NetworkState
from appliance.link.requests.processes.update import PIECE, Fetch
from appliance.model.outside import update as releases
from appliance.vault.disk import FULL

SLICE = 32 * 2**20
"""Bytes that one errand brings at most; between two of them mail goes out."""

SLOW = 64 * 1024
"""Bytes that an errand has to bring to count as progress, however it ended."""

GIVE_UP = 3.0 * DAY
"""Counted seconds after which a fetch that is not whole ends."""

ENDS = frozenset({"digest", "full", "disk"})
"""Codes after which the same fetch would fail again: somebody has to ask anew."""

ANEW = frozenset({"changed", "size"})
"""Codes after which what is here is of no use."""

MOST_ANEW = 3
"""Times that one fetch begins anew; a server that goes on like that would fill the line."""


@dataclass(slots=True)
class _Part:
    """A part that the courier brings, or a look."""

    start: int
    end: int  # 0: a look
    have: int  # the bytes that are here
    failed: str = ""  # why the keeper took no more
    short: bool = False  # a short piece came: each costs a flush, so it is the last


class Fetches:
    """The updates from the network of an open vault. Threads may share it."""

    def __init__(self, audit: AuditLog, ledger: Ledger, time: BelievedClock, folder: Path) -> None:
        """Begin.

        Args:
            audit: gets an entry for each look and fetch, and its end.
            ledger: keeps what was found.
            time: the believed time.
            folder: for the file.
        """
        self._ledger, self._time = ledger, time
        self._room = UpdateFolder(folder)
        self._lock = threading.RLock()
        first = secrets.randbelow(2**40)
        self._errands = RecordedErrands[_Part](time.monotonic, audit, number=first)
        self._asked, self._told, self._anew = False, False, 0
        self._looks, self._parts = Retries(time.monotonic), Retries(time.monotonic)

    @property
    def row(self) -> UpdateRow:
        """Return what is kept."""
        return self._ledger.update()

    # -- the administrator's --------------------------------------------------------------------

    def move(self, address: str) -> None:
        """Look at another address from now on, or at none; what was fetched is removed."""
        with self._lock:
            self._room.drop()
            self._ledger.keep_update(UpdateRow(address=address))
            self._forget_attempts()
            self._looks.begin_anew()
            self._asked = bool(address)
            self._errands.hear()

    def check_address(self) -> None:
        """Say no where nothing is looked for."""
        if not self.row.address:
            raise Refused("no_address")

    def ask_look(self) -> None:
        """Have the courier look as soon as it asks."""
        with self._lock:
            self.check_address()
            self._asked = True
            self._looks.begin_anew()

    def check_fetch(self, version: str, running: str) -> releases.Description:
        """Return the update of a version that can be fetched now.

        Raises:
            Refused: ``no_newer``; ``no_room``.
        """
        with self._lock:
            found = self.row.found
            if found is None or found.version != version or not releases.is_newer(version, running):
                raise Refused("no_newer")
            kept = self.row.wanted == found
            here = self._room.have() if kept else 0
            freed = 0 if kept else self._room.have() + self._room.whole()
            if self._room.spare() + freed < found.size - here:
                raise Refused("no_room")
            return found

    def fetch(self, update: releases.Description) -> None:
        """Have the courier fetch an update; what is here of the same one is gone on with."""
        with self._lock:
            row = self.row
            if row.wanted != update:
                self._room.drop()
            tag = row.tag if row.wanted == update else ""
            asked = None if self._is_ready(row, update) else self._time.counted() or 0.0
            self._ledger.keep_update(
                structs.replace(row, wanted=update, asked=asked, tag=tag, why="")
            )
            self._forget_attempts()

    def drop(self, why: str = "") -> None:
        """Fetch nothing, and remove what is here; say perhaps why."""
        with self._lock:
            self._room.drop()
            row = self.row
            if row.wanted is not None or row.asked is not None:
                self._ledger.keep_update(
                    structs.replace(row, wanted=None, asked=None, tag="", why=why)
                )
            self._forget_attempts()

    def check_ready(self) -> None:
        """Say no where no whole update is here."""
        if not self._is_ready(self.row):
            raise Refused("no_update_here")

    # -- the courier's --------------------------------------------------------------------------

    def take(self) -> Fetch:
        """Return what is to be done next; it is on record before.

        Raises:
            VaultError: it could not be put on record, so nothing is handed out.
        """
        with self._lock:
            errands, row = self._errands, self.row
            errands.hear()
            if not row.address:
                return Fetch(wanted=False)
            if (late := errands.unheard) is not None:
                self._end(late, "late", None)
                row = self.row
            if errands.out is not None:
                return Fetch(wanted=True)
            if self._look_due(row) and self._looks.due:
                errands.note("update_sought")
                return self._hand_out(Fetch(wanted=True, address=row.address))
            if row.wanted is None or row.asked is None or not self._parts.due:
                return Fetch(wanted=True)
            return self._take_part(row, row.wanted)

    def bring(self, number: int, start: int, tag: str, data: bytes) -> None:
        """Take the next bytes of an errand.

        Raises:
            Refused: ``no_errand`` or ``not_asked_for``; ``not_kept``: no room is left.
        """
        with self._lock:
            self._errands.hear()
            out, row = self._errands.told(number), self.row
            if not out.end or out.failed:
                raise Refused("no_errand")
            fits = start == out.have and start + len(data) <= out.end
            if not data or out.short or not fits or not releases.is_tag(tag):
                raise Refused("not_asked_for")
            out.short = len(data) < PIECE
            if not start and tag != row.tag:
                self._ledger.keep_update(structs.replace(row, tag=tag))
            out.failed = self._put(start, data)
            if out.failed:
                raise Refused("not_kept")
            out.have += len(data)

    def told(self, number: int, code: str, seen: releases.Description | None) -> None:
        """Take the courier's word for how an errand ended.

        Raises:
            Refused: ``no_errand``: it has none.
            VaultError: it could not be put on record.
        """
        with self._lock:
            self._errands.hear()
            self._end(self._errands.told(number), known_end(code, releases.TROUBLES), seen)

    # -- chores ---------------------------------------------------------------------------------

    def check(self) -> None:
        """Compare what is whole by its size with its description; may take half a minute."""
        with self._lock:
            row = self.row
            if not self._is_complete(row) or self._errands.out is not None:
                return
        try:
            found = self._room.digest()
        except OSError:
            found = ""
        with self._lock:
            if self.row != row or row.wanted is None:  # stopped meanwhile
                return
            if found != row.wanted.sha256:
                self._fail_part("digest")
                return
            self._errands.note("update_fetched")
            self._room.settle()
            self._ledger.keep_update(structs.replace(row, asked=None, why=""))
            self._forget_attempts()

    def tidy(self, running: str) -> None:
        """Remove what is not newer than the version that runs, or takes room from recordings."""
        with self._lock:
            row = self.row
            here = self._room.have() + self._room.whole()
            if row.wanted is not None and not releases.is_newer(row.wanted.version, running):
                self.drop()
            elif row.wanted is None and here:
                self._room.drop()
            elif here and self._room.spare() < 0:
                self._errands.note_failure("update_fetch_failed", "full")
                self.drop("full")

    # -- what people see ------------------------------------------------------------------------

    def state(self, running: str) -> NetworkState:
        """Return what the page shows and the doctor looks at."""
        with self._lock:
            row, counted = self.row, self._time.counted() or 0.0
            found = row.found
            newer = found if found and releases.is_newer(found.version, running) else None
            wanted, ready, complete = row.wanted, self._is_ready(row), self._is_complete(row)
            return NetworkState(
                address=row.address,
                looked=row.looked,
                code=row.code,
                failing=None if row.failing is None else max(counted - row.failing, 0.0),
                looking=bool(row.address) and (self._asked or self._is_looking()),
                version=newer.version if newer is not None else "",
                published=newer.published if newer is not None else "",
                size=newer.size if newer is not None else 0,
                total=wanted.size if wanted is not None else 0,
                fetching=row.asked is not None and not complete,
                have=self._room.have() if wanted is not None else 0,
                checking=complete,
                ready=wanted.version if ready and wanted is not None else "",
                why=row.why,
                away=bool(row.address) and self._errands.away,
            )

    # -- within ---------------------------------------------------------------------------------

    def _put(self, start: int, data: bytes) -> str:
        """Write bytes; return the code of what went wrong."""
        if self._room.spare() < len(data):
            return "full"
        try:
            self._room.add(start, data)
        except OSError as error:
            return "full" if error.errno in FULL else "disk"
        return ""

    def _forget_attempts(self) -> None:
        self._told, self._anew = False, 0
        self._parts.begin_anew()
        if not self._is_looking():
            self._errands.drop()

    def _is_looking(self) -> bool:
        out = self._errands.out
        return out is not None and not out.errand.end

    def _is_complete(self, row: UpdateRow) -> bool:
        """Say whether all bytes are here, and not yet compared."""
        wanted = row.wanted
        return wanted is not None and row.asked is not None and self._room.have() >= wanted.size

    def _is_ready(self, row: UpdateRow, update: releases.Description | None = None) -> bool:
        """Say whether an update is here as a whole: the one that was wanted, or a certain one."""
        wanted = row.wanted
        if wanted is None or (update is not None and update != wanted):
            return False
        return row.asked is None and self._room.whole() == wanted.size

    def _look_due(self, row: UpdateRow) -> bool:
        counted = self._time.counted() or 0.0
        failed = row.code and row.failing is not None
        fresh = row.tried is not None and 0 <= counted - row.tried < DAY
        return self._asked or bool(failed) or not fresh

    def _hand_out(self, fetch: Fetch) -> Fetch:
        number = self._errands.take(_Part(fetch.start, fetch.end, fetch.start))
        return structs.replace(fetch, number=number)

    def _take_part(self, row: UpdateRow, wanted: releases.Description) -> Fetch:
        have = self._room.have()
        if not 0 <= (self._time.counted() or 0.0) - (row.asked or 0.0) < GIVE_UP:
            self._errands.note_failure("update_fetch_failed", "late")
            self.drop("late")
            return Fetch(wanted=True)
        if have >= wanted.size:  # waits for its check
            return Fetch(wanted=True)
        if self._room.spare() < wanted.size - have:
            self._fail_part("full")
            return Fetch(wanted=True)
        if not self._told:
            self._errands.note("update_fetching")
            self._told = True
        return self._hand_out(
            Fetch(
                wanted=True,
                address=releases.beside(row.address, wanted.file),
                size=wanted.size,
                start=have,
                end=min(have + SLICE, wanted.size),
                tag=row.tag if have else "",
            )
        )

    def _end(self, out: _Part, code: str, seen: releases.Description | None) -> None:
        """Take the end of an errand."""
        if not out.end:
            self._end_look(code if code or _is_sound(seen) else "description", seen)
            return
        brought, whole = out.have - out.start, out.have == out.end
        if not out.failed and (brought >= SLOW or whole) and code in {"", "late", "closed"}:
            self._errands.drop()
            self._parts.begin_anew()
            self._ledger.keep_update(structs.replace(self.row, why=""))
            return
        self._errands.drop()
        self._fail_part(out.failed or code or "late")

    def _end_look(self, code: str, seen: releases.Description | None) -> None:
        row, counted = self.row, self._time.counted() or 0.0
        if code:
            self._errands.note_failure("update_look_failed", code)
            failing = row.failing if row.failing is not None else counted
            row = structs.replace(row, code=code, tried=counted, failing=failing)
            self._looks.fail()
        else:
            self._errands.note("update_seen")
            now = self._time.now()
            row = structs.replace(row, code="", tried=counted, failing=None, found=seen, looked=now)
            self._looks.begin_anew()
        self._errands.drop()
        self._asked = False
        self._ledger.keep_update(row)

    def _fail_part(self, code: str) -> None:
        self._errands.note_failure("update_fetch_failed", code)
        self._anew += code in ANEW
        if code in ENDS or self._anew >= MOST_ANEW:
            self.drop(code)
            return
        if code in ANEW:
            self._room.drop_part()
        row = structs.replace(self.row, why=code)
        self._ledger.keep_update(structs.replace(row, tag="") if code in ANEW else row)
        self._told = False
        self._parts.fail()


def _is_sound(seen: releases.Description | None) -> bool:
    return seen is not None and releases.is_version(seen.version)
