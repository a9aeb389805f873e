"""Make copies when they are due or asked for, in a thread, and say how it stands.

A copy that was begun is finished, also after a restart of the keeper. What the box knows of each
medium stands in the keyring: certificates of erasure name a medium as long as it may hold the key.
"""

import contextlib
import logging
import os
import threading
from collections.abc import Callable

from msgspec import structs

from appliance.clock import DAY, HOUR
from appliance.config.folders import Folders
from appliance.errors import Refused, ZgodaError
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.backup.manifest import Manifest
from appliance.keeper.backup.medium import BackupFailed, failed
from appliance.keeper.backup.place import CopyPlace
from appliance.keeper.backup.snapshot import take
from appliance.keeper.backup.state import media_of, run_of
from appliance.keeper.backup.target import Target
from appliance.keeper.backup.writing import CopyOrder, Progress, read_manifest, write_copy
from appliance.keeper.chores import attempt
from appliance.keeper.doctor.backup import FOR_A_PERSON, UNSAID, WAITS, drill_due
from appliance.keeper.erasure.owed import OwedErasures
from appliance.keeper.errands import Retries
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.requests.outside.backup import BackupState
from appliance.model.outside.sftp import HOST_KEY
from appliance.model.sentences.faults import DeviceFault, faults_of, in_words, noted
from appliance.threads import NamedThread
from appliance.vault.opening.content import KeyringContent, MediumState
from appliance.vault.opening.keyring import Keyring

_log = logging.getLogger(__name__)

EVERY = {"day": float(DAY), "week": 7.0 * DAY}
"""Setting -> seconds between two copies; by hand none is due by itself."""

ERASED_AFTER = float(HOUR)
"""Seconds after a copy from which an erasure or a changed password makes the next one due."""

MOST_MEDIA = 64
"""Media that the keyring knows."""

HALTS = HOST_KEY
"""The code of a failure after which nothing is tried by itself until a person has looked."""

_NO_MEDIUM = frozenset({"absent", "unmarked", "own_disk"})
"""Codes of failures in which no medium was seen at all."""

_NEW = MediumState(0, 0, 0.0, None, 0, 0, 0, 0, 0)
_KINDLY = 10  # how far behind the recorder's threads a copy stands


class Backups:
    """The backups of an open vault onto one target, one copy at a time. Threads may share it."""

    def __init__(
        self,
        folders: Folders,
        keyring: Keyring,
        audit: AuditLog,
        time: BelievedClock,
        target: Target,
        unsaid: Callable[[str], bool],
        seed: bytes = b"",
    ) -> None:
        """Prepare; ``tick`` begins what is due.

        Args:
            folders: the data folder.
            keyring: open.
            audit: open.
            time: the believed time.
            target: where the copies go.
            unsaid: says whether a person alone would renew the backup on a medium, and the office
                does not say how often.
            seed: the configuration's text that the keeper was started with.
        """
        self._folders, self._keyring, self._audit = folders, keyring, audit
        self._time, self._target = time, target
        self._seed, self._unsaid, self._owed = seed, unsaid, OwedErasures(audit, time)
        self._one = threading.Lock()
        self._thread: threading.Thread | None = None
        self._progress: Progress | None = None
        self._closed = False
        self._wanted = False
        self._by_hand = True
        self._retries = Retries(time.monotonic, target.pauses)
        self._seen: tuple[str, str, tuple[DeviceFault, ...]] = ("", "", ())  # medium, code, why
        self._older = False
        self._mended = 0

    # -- what people see ------------------------------------------------------------------------

    def seen(self) -> BackupState:
        """Return how backups stand; it touches no medium, which may not answer."""
        place, (medium, code, trouble) = self._target.place, self._seen
        content, counted = self._keyring.content, self._time.counted()
        made = [one for one in self._its(content).values() if one.number]
        last = max(made, key=lambda one: one.at, default=_NEW)
        age = None
        if counted is not None and last.counted is not None and counted >= last.counted:
            age = counted - last.counted  # else it counts from the beginning, without a ledger
        return BackupState(
            folder=place,
            every=self._target.every,
            medium=medium if place else "",
            running=run_of(self._progress),
            code=code,
            trouble=trouble,
            older=self._older,
            mended=self._mended,
            media=media_of(content.media, self._keyring.generation),
            recordings=last.recordings,
            age=age,
            finished=bool(made),
            drilled=content.drill.at if content.drill is not None else None,
            drill_due=drill_due(content, counted),
            owes=self._owed.any_old(self._its(content)),
        )

    def _its(self, content: KeyringContent) -> dict[str, MediumState]:
        """Return the media that count for this target."""
        return {name: one for name, one in content.media.items() if self._is_its(name, one)}

    def _is_its(self, name: str, one: MediumState) -> bool:
        """Say whether a medium counts for this target: the server's own, or any that is here."""
        return name == self._target.medium if self._target.far else not one.far

    # -- making copies --------------------------------------------------------------------------

    def ask(self, *, by_hand: bool = True) -> None:
        """Begin a copy now; by hand also on a medium that waits for a person.

        Raises:
            Refused: ``no_backup_place``, ``backup_running``.
        """
        if not self._target.place:
            raise Refused("no_backup_place")
        if self._progress is not None:
            raise Refused("backup_running")
        self._wanted, self._by_hand = True, by_hand
        self.tick()

    def tick(self) -> None:
        """Begin a copy in a thread if one is due; call it every half minute."""
        running = self._thread is not None and self._thread.is_alive()
        if running or self._closed or not self._target.place:
            return
        self._thread = NamedThread(self._in_thread, "backup")
        self._thread.start()

    def stop(self) -> bool:
        """Stop a copy that is being made; return whether it ended within seconds."""
        progress, thread = self._progress, self._thread
        if progress is not None:
            progress.stop.set()
        if thread is not None:
            thread.join(timeout=5.0)
        return self._progress is None

    def close(self) -> None:
        """Stop a copy that is being made; it goes on at the next start."""
        self._closed = True
        self._target.close()
        self.stop()

    def _in_thread(self) -> None:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _KINDLY)
        attempt("backup", self.run)

    def run(self) -> bool:
        """Make a copy if one is due; return whether one was made.

        What hinders it is kept for people, and on record.
        """
        with self._one:
            asked, self._wanted = self._wanted, False
            by_hand, self._by_hand = asked and self._by_hand, True
            known = self._target.medium
            try:
                if known and not by_hand:
                    self._refuse_waiting(known)
                if known and not asked and not self._is_due(known):
                    return False
                if known and not by_hand:
                    self._audit.append(self._target.acts.begun, KEEPER)  # before anything goes out
                return self._write(by_hand=by_hand, begun=asked or bool(known))
            except BackupFailed as error:
                return self._failed(error, asked=asked)
            except ZgodaError as error:  # also a full disk of the box, which is an OSError, too
                return self._failed(
                    BackupFailed("own", noted("backup_own_files", str(error), because=error)),
                    asked=asked,
                )
            except OSError as error:
                return self._failed(failed(error), asked=asked)
            finally:
                self._progress = None

    def _write(self, *, by_hand: bool, begun: bool) -> bool:
        progress = Progress()
        if self._target.far:
            self._progress = progress
        with self._target.open(progress.stop.is_set) as medium:
            missed = self._seen[1] in _NO_MEDIUM
            self._seen = (medium.id, "", ()) if missed else (medium.id, *self._seen[1:])
            if not by_hand:  # also one that the server's folder was marked with
                self._refuse_waiting(medium.id)
            self._refuse_unsaid(medium.id)
            if not begun and not self._is_due(medium.id):
                return False
            self._progress = progress
            self._make(medium, progress, begun=begun)
        return True

    def _is_due(self, medium: str) -> bool:
        if not self._retries.due:
            return False
        known = self._keyring.content.media.get(medium, _NEW)
        if known.unknown or known.begun != known.number:
            return True
        every = EVERY.get(self._target.every)
        if every is None:
            return False
        counted = self._time.counted()
        if not known.number or counted is None:
            return not known.number  # until a person confirms the time, nothing is counted
        if known.counted is None or counted < known.counted:
            return True  # counted from the beginning, since the ledger was lost
        past = counted - known.counted
        changed = self._keyring.generation != known.generation
        return past >= every or (changed and past >= ERASED_AFTER)

    def _refuse_waiting(self, medium: str) -> None:
        """Refuse a medium that may hold what a restore left away: it is a person's to decide."""
        if self._keyring.content.media.get(medium, _NEW).waits:
            raise BackupFailed(
                WAITS,
                noted(
                    "backup_waits",
                    "The restore left recordings away as due; a backup would remove them here, "
                    "too.",
                ),
            )
        self._decided(medium, WAITS)

    def _refuse_unsaid(self, medium: str) -> None:
        """Refuse a medium that would hold calls for longer than callers hear."""
        if self._unsaid(medium):
            raise BackupFailed(UNSAID, in_words("backup_unsaid"))
        self._decided(medium, UNSAID)

    def _decided(self, medium: str, code: str) -> None:
        """Forget that a person had to decide."""
        if self._seen[1] == code:
            self._seen = medium, "", ()

    def _make(self, medium: CopyPlace, progress: Progress, *, begun: bool) -> None:
        if self._closed:
            progress.stop.set()
        known = self._keyring.content.media.get(medium.id)
        if known is None and len(self._keyring.content.media) >= MOST_MEDIA:
            raise BackupFailed("many", in_words("backup_many"))
        before = self._before(medium, known)
        if not begun:
            self._audit.append(self._target.acts.begun, KEEPER)
        number = max(known.begun if known else 0, before.number if before else 0) + 1
        seq = self._audit.newest[0]
        fresh = known or structs.replace(_NEW, first_seq=seq, far=self._target.far)
        fresh = structs.replace(fresh, waits=False)  # else nothing would have begun unasked
        self._keep(medium.id, structs.replace(fresh, begun=number))
        try:
            snapshot = take(self._folders, self._keyring, self._audit)
        except OSError as error:
            why = error.strerror or str(error)
            raise BackupFailed(
                "own",
                noted(
                    "backup_own_files", f"The box's own files cannot be read: {why}.", because=error
                ),
            ) from error
        at, sure, counted = self._time.now(), self._time.trusted(), self._time.counted()
        order = CopyOrder(
            folders=self._folders,
            snapshot=snapshot,
            number=number,
            made_at=round(at, 3),
            clock_ok=sure,
            key=self._keyring.box_key,
            sign=self._keyring.sign,
            living=lambda rid: rid in self._keyring,
            seed=self._seed,
        )
        made = write_copy(medium, before, order, progress)
        finished = MediumState(
            number=number,
            begun=number,
            at=at,
            counted=counted,
            first_seq=fresh.first_seq,
            seq=snapshot.audit_seq,
            generation=snapshot.keyring.generation,
            recordings=len(made.recordings),
            size=made.size,
            far=self._target.far,
        )
        self._keep(medium.id, finished)
        self._mended = progress.mended
        self._retries.begin_anew()
        self._seen = medium.id, "", ()
        count = len(made.recordings)
        self._audit.append_many(
            [Act(type=self._target.acts.made, actor=KEEPER, count=count, detail=f"copy_{number}")]
        )

    def _before(self, medium: CopyPlace, known: MediumState | None) -> Manifest | None:
        """Return the manifest in force, if it is this box's and no newer than it can be.

        Raises:
            BackupFailed: ``other_box``, ``newer``, ``version``, or ``damaged`` on a medium nobody
                knows.
        """
        try:
            before = read_manifest(medium, self._keyring.box_key)
        except BackupFailed as error:
            if known is None or error.code in {"other_box", "version"}:
                raise
            before = None
        self._older = bool(known and known.number > (before.number if before else 0))
        if self._older:
            self._audit.append("backup_older", KEEPER, detail=f"medium_{medium.id[:8]}")
        if before is None:
            return None
        if before.vault != self._keyring.content.vault_id.hex():
            raise BackupFailed("other_box", in_words("backup_others"))
        if before.number > (known.begun if known is not None else 0):
            raise BackupFailed("newer", in_words("backup_newer_there"))
        return before

    def forget(self, medium: str) -> None:
        """Forget a medium that was destroyed.

        Raises:
            Refused: ``no_medium``, ``backup_running``.
            VaultError: the keyring could not be written.
        """
        self.check_known(medium)
        with self._keyring.changing() as draft:
            draft.media = {name: one for name, one in draft.media.items() if name != medium}

    def check_known(self, medium: str) -> None:
        """Refuse what ``forget`` would refuse."""
        if self._progress is not None:
            raise Refused("backup_running")
        if medium not in self._keyring.content.media:
            raise Refused("no_medium")

    def retry(self) -> None:
        """Try again as if nothing had failed."""
        self._retries.begin_anew()

    def moved(self) -> None:
        """Forget how the last attempt went: copies go elsewhere."""
        self.retry()
        self._seen, self._older, self._mended = ("", "", ()), False, 0

    def _keep(self, medium: str, state: MediumState) -> None:
        with self._keyring.changing() as draft:
            draft.media = draft.media | {medium: state}

    def _failed(self, why: BackupFailed, *, asked: bool) -> bool:
        """Keep why it failed; put it on record unless there is just no medium."""
        medium = "" if why.code in _NO_MEDIUM else self._seen[0]
        before, self._seen = self._seen, (medium, why.code, faults_of(why))
        if why.code in {"failed", "own"} and before != self._seen:
            _log.warning("The backup failed: %s", why)
        if why.code == "absent" and not asked:
            return False  # looked for again in half a minute
        if why.code == "stopped":
            return False
        if why.code == before[1] and why.code in FOR_A_PERSON:
            return False
        waits = why.code in FOR_A_PERSON or not (medium or self._target.far)
        if not waits:  # else it is looked for again in half a minute
            self._retries.fail(halts=why.code == HALTS)
        if asked or self._target.far or before[1:] != self._seen[1:]:
            self._audit.append(self._target.acts.failed, KEEPER, detail=f"why.{why.code}")
        return False
