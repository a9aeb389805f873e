"""Keep who speaks on lines for the office, and who vouches that a list is whole.

In Germany each person whose voice is recorded has to have agreed beforehand (§ 201 StGB). Names and
days are sealed words; a recording holds the digest of the list as it was vouched for, and the
recorder is told digests alone. Whatever changes, nobody vouches any more: from its next call on the
line records nothing.
"""

import hashlib
import os
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
from msgspec import structs

from appliance.clock import day_of
from appliance.config.settings import Config
from appliance.errors import Refused
from appliance.keeper.audit.acting import begin, failed
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.chores import attempt
from appliance.keeper.people.sessions import Caller
from appliance.keeper.recordings.speakers.vouches import (
    day_of_recording,
    ends,
    is_told,
    line_digest,
    sealed_of,
    tell,
    told_of,
    without,
)
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import SealedWords, SpeakersRow, SpeakersTable, VouchRow
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.requests.papers import speakers as ask
from appliance.model.limits import LONGEST_NAME, LONGEST_REASON
from appliance.model.rule import (
    MOST_SPEAKERS,
    SALT_BYTES,
    LineSpeaker,
    RuleSpeakers,
    VouchedSpeakers,
    in_order,
    wants_speakers,
)
from appliance.structs import from_json
from appliance.vault.decoding import decode_json
from appliance.vault.disk import Disk
from appliance.vault.opening.keyring import Keyring

REMOVED = "speaker_removed"

FURTHEST = 366
"""Days from today; a consent further off is a slip of the hand."""

_MOST_BYTES = 4 * LONGEST_REASON - 1_000
"""Of a list as it is sealed, with room for salt, day and name of who vouches."""

_EPOCH = date(1970, 1, 1)


class SpeakerLists:
    """The lists of all lines. Threads may share it; telling the recorder works locked."""

    def __init__(
        self,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        words: Words,
        time: BelievedClock,
        path: Path,
        disk: Disk | None = None,
    ) -> None:
        """Take what it works with.

        Args:
            keyring: knows which recordings are here.
            audit: of changes.
            ledger: keeps the lists.
            words: seals them.
            time: the believed time.
            path: the file that the recorder reads.
            disk: writes it.
        """
        self._keyring, self._audit, self._ledger = keyring, audit, ledger
        self._words, self._time = words, time
        self._path, self._disk = path, disk or Disk()
        self._lock = threading.RLock()
        self._country, self._lines = "", dict[str, str]()

    # -- what people ask --------------------------------------------------------------------------

    def all(self) -> ask.AllSpeakers:
        """Return the lists of all lines, and of those that are gone from the settings."""
        with self._lock:
            gone = [line for line in self._ledger.speakers().lists if line not in self._lines]
            lines = tuple(self._shown(line) for line in (*self._lines, *gone))
            return ask.AllSpeakers(wants_speakers(self._country), lines)

    def add(self, asked: ask.AddSpeaker, who: Caller) -> ask.LineSpeakers:
        """Add a person; nobody vouches for the list any more.

        Raises:
            Refused: ``no_line``, ``name_length``, ``no_day``, ``speaker_day_far``,
                ``speaker_there``, ``speakers_full``, ``locked``.
            VaultError: it could not be written.
        """
        if asked.line not in self._lines:
            raise Refused("no_line", line=asked.line[:LONGEST_NAME])
        person = LineSpeaker(_name(asked.person_name), self._consent(asked.day))
        with self._lock:
            people = self._people(asked.line)
            if person.name.casefold() in {one.name.casefold() for one in people}:
                raise Refused("speaker_there")
            self._change(asked.line, (*people, person), "speaker_added", who)
            return self._shown(asked.line)

    def remove(self, asked: ask.RemoveSpeaker, who: Caller) -> ask.LineSpeakers:
        """Take a person off, who left or withdraws; nobody vouches for the list any more.

        Raises:
            Refused: ``no_speaker``, ``locked``.
            VaultError: it could not be written; the recorder may have been told already.
        """
        with self._lock:
            people = self._people(asked.line)
            left = tuple(one for one in people if one.name != asked.person_name)
            if len(left) == len(people):
                raise Refused("no_speaker")
            self._change(asked.line, left, REMOVED, who)
            return self._shown(asked.line)

    def vouch(self, asked: ask.VouchSpeakers, who: Caller) -> ask.LineSpeakers:
        """Let an administrator vouch for a list as it was shown.

        Raises:
            Refused: ``speakers_unwanted``: the office is elsewhere; ``no_line``,
                ``speakers_none``, ``speakers_changed``, ``locked``.
            VaultError: it could not be written.
        """
        if not wants_speakers(self._country):
            raise Refused("speakers_unwanted")
        if asked.line not in self._lines:
            raise Refused("no_line", line=asked.line[:LONGEST_NAME])
        with self._lock, self._words.writing():
            people = self._people(asked.line)
            table = self._ledger.speakers()
            row = table.lists.get(asked.line)
            if row is None or not people:
                raise Refused("speakers_none")
            if row.words.case != asked.mark:
                raise Refused("speakers_changed")
            today = day_of(self._time.now())
            salt = os.urandom(SALT_BYTES).hex()
            whole = VouchedSpeakers(salt=salt, by=who.name, day=today, people=in_order(people))
            sealed = self._words.seal(_text(whole), "speakers")
            made = VouchRow(
                case=sealed.case,
                line=asked.line,
                line_digest=self._lines[asked.line],
                count=len(people),
                day=today,
                last=max(one.day for one in people),
                digest=whole.digest,
                author=who.operator,
                at=self._time.now(),
                words=sealed,
            )
            act = Act(type="speakers_vouched", actor=who.actor, case=made.case, sha256=made.digest)
            with self._recorded([act, *ends(table, [row], who.actor)]):
                ended = without(table, [row], today)
                ended.lists[asked.line] = structs.replace(row, vouch=made.case)
                ended.vouches[made.case] = made
                self._ledger.keep_speakers(ended)
            attempt("speakers", self.publish)
            return self._shown(asked.line)

    # -- what goes by itself ----------------------------------------------------------------------

    def follow(self, config: Config) -> None:
        """Take the settings in force: where nobody has to agree, or no line is, nobody vouches.

        A name under which another number or other devices stand is another line.

        Raises:
            VaultError: it could not be written; the next start does it.
        """
        with self._lock:
            self._country = config.office.country
            self._lines = {line.name: line_digest(line) for line in config.lines}
            table = self._ledger.speakers()
            rows = [row for row in table.lists.values() if row.vouch and not self._is(table, row)]
            if rows:
                self._end(rows, KEEPER, "settings")

    def publish(self) -> None:
        """Tell the recorder who is vouched for, if its file says something else; call it often.

        Raises:
            VaultError: it could not be written.
        """
        with self._lock:
            said = told_of(self._ledger.speakers())
            if not is_told(self._path, said, self._disk):
                tell(self._path, said, self._disk)

    @property
    def told(self) -> str:
        """Return the digest of what the recorder's file has to hold, in hex."""
        return hashlib.sha256(told_of(self._ledger.speakers())).hexdigest()

    def sweep(self) -> None:
        """Forget what was vouched for once no recording is left that can hold it; call it hourly.

        Raises:
            VaultError: it could not be written.
        """
        with self._lock, self._words.writing():
            table = self._ledger.speakers()
            ended = [row for row in table.vouches.values() if row.ended is not None]
            if not ended:
                return
            oldest = min(
                (day_of_recording(entry) for _, entry in self._keyring.taken_up()), default=None
            )
            old = {
                row.case
                for row in ended
                if oldest is None or (row.ended is not None and row.ended + 1 < oldest)
            }
            if old:
                left = {case: row for case, row in table.vouches.items() if case not in old}
                self._ledger.keep_speakers(structs.replace(table, vouches=left))

    # -- for proofs -------------------------------------------------------------------------------

    def of(self, sealed: RuleSpeakers) -> tuple[VouchedSpeakers | None, str]:
        """Return the list whose digest a recording holds, and whether it can be read."""
        for row in self._ledger.speakers().vouches.values():
            if row.digest == sealed.digest:
                text, readable = self._words.open(row.words, "speakers")
                if readable != "yes":
                    return None, readable
                return decode_json(text.encode(), VouchedSpeakers, "The list"), "yes"
        return None, "lost"

    # -- what is behind ---------------------------------------------------------------------------

    def _is(self, table: SpeakersTable, row: SpeakersRow) -> bool:
        """Say whether a list is still one of a line that somebody vouched for."""
        vouch = table.vouches.get(row.vouch)
        now = self._lines.get(row.line) if wants_speakers(self._country) else None
        return vouch is not None and vouch.line_digest == now

    def _shown(self, line: str) -> ask.LineSpeakers:
        table, known = self._ledger.speakers(), line in self._lines
        row = table.lists.get(line)
        if row is None:
            return ask.LineSpeakers(line=line, known=known)
        people, readable = self._read(row.words)
        shown = ask.LineSpeakers(
            line=line,
            people=tuple(ask.ShownSpeaker(one.name, one.day) for one in in_order(people)),
            readable=readable,  # type: ignore[arg-type]  # one of the three
            mark=row.words.case,
            known=known,
        )
        vouch = table.vouches.get(row.vouch)
        if vouch is None:
            return shown
        whole, _ = self.of(sealed_of(vouch))
        later = vouch.last > day_of(self._time.now())
        return structs.replace(
            shown,
            state="later" if later else "vouched",
            by=whole.by if whole is not None else "",
            day=vouch.day,
            last=vouch.last,
        )

    def _people(self, line: str) -> tuple[LineSpeaker, ...]:
        """Return who is on a list; nobody where its words are lost. Raises Refused: ``locked``."""
        row = self._ledger.speakers().lists.get(line)
        if row is None:
            return ()
        people, readable = self._read(row.words)
        if readable == "locked":
            raise Refused("locked")
        return people

    def _read(self, words: SealedWords) -> tuple[tuple[LineSpeaker, ...], str]:
        text, readable = self._words.open(words, "speakers")
        if readable != "yes":
            return (), readable
        try:
            return from_json(text, tuple[LineSpeaker, ...]), "yes"
        except msgspec.DecodeError:
            return (), "lost"

    def _consent(self, text: str) -> int:
        try:
            day = (date.fromisoformat(text.strip()) - _EPOCH).days if text.isascii() else -1
        except ValueError:
            day = -1
        if day < 0:
            raise Refused("no_day", day=text[:20])
        if day > day_of(self._time.now()) + FURTHEST:
            raise Refused("speaker_day_far")
        return day

    def _change(self, line: str, people: tuple[LineSpeaker, ...], kind: str, who: Caller) -> None:
        """Keep another list, on record first; the recorder is told before the ledger."""
        text = msgspec.json.encode(in_order(people)).decode()
        if len(people) > MOST_SPEAKERS or len(text.encode()) > _MOST_BYTES:
            raise Refused("speakers_full", most=MOST_SPEAKERS)
        with self._words.writing():
            table = self._ledger.speakers()
            row = table.lists.get(line)
            sealed = self._words.seal(text, "speakers") if people else None
            about = sealed or (row.words if row is not None else None)
            act = Act(
                type=kind,
                actor=who.actor,
                case=about.case if about is not None else None,
                sha256=hashlib.sha256(about.sealed).hexdigest() if about is not None else None,
            )
            rows = [row] if row is not None else []
            with self._recorded([act, *ends(table, rows, who.actor)]):
                changed = without(table, rows, day_of(self._time.now()))
                changed.lists.pop(line, None)
                if sealed is not None:
                    changed.lists[line] = SpeakersRow(
                        line=line, author=who.operator, at=self._time.now(), words=sealed
                    )
                tell(self._path, told_of(changed), self._disk)
                self._ledger.keep_speakers(changed)
        if row is not None and kind == REMOVED:  # the sweep ends the others'
            self._words.end([row.words.case], who.actor)

    def _end(self, rows: Sequence[SpeakersRow], actor: str, why: str) -> None:
        """End what is vouched for, on record first."""
        table = self._ledger.speakers()
        with self._recorded(ends(table, rows, actor, why)):
            ended = without(table, rows, day_of(self._time.now()))
            tell(self._path, told_of(ended), self._disk)
            self._ledger.keep_speakers(ended)

    @contextmanager
    def _recorded(self, acts: Sequence[Act]) -> Iterator[None]:
        begun = begin(self._audit, acts)
        try:
            yield
        except Exception as error:
            self._audit.append_many(failed(begun, error))
            raise


def _name(text: str) -> str:
    """Return a name in one spelling; raises Refused: ``name_length``."""
    name = text.strip(" ")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused("name_length", most=LONGEST_NAME)
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _text(whole: VouchedSpeakers) -> str:
    return msgspec.json.encode(whole).decode()
