"""Set silences, remind of them, and end them by two people or after a counted day.

A silence is what the audit says (``audit.silent``): the ledger's row says until which day, and
whether somebody has asked for its end. No day ends it. A row that is missing comes back from the
audit.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import Refused
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.search import EntryQuery
from appliance.keeper.audit.silent import (
    HELD,
    SILENCE_ENDED,
    SILENCED,
    hold_cases,
    read_until,
    silenced_cases,
    until_day,
)
from appliance.keeper.audit.subjects import read_recipient
from appliance.keeper.erasure.handed_out import EXPORTED
from appliance.keeper.people.operators import roles_of
from appliance.keeper.people.second_person import check_second, seconds_left
from appliance.keeper.recordings.handing_over.copies import is_case, is_for
from appliance.keeper.recordings.handing_over.late_recordings import silence_acts, silence_late
from appliance.keeper.recordings.handing_over.papers import Paper, silent_until, typed
from appliance.keeper.recordings.handing_over.silenced_calls import (
    Calls,
    first_named,
    shown_calls,
    together,
)
from appliance.keeper.recordings.handing_over.silent_holds import join_holds, let_go, mend_holds
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import SilenceOrder, SilenceRow
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.operations import Role
from appliance.link.requests.calls import Recipient
from appliance.link.requests.papers import silences as ask
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.keyring import Keyring

REMIND_DAYS = 14
"""Days before the last one from which somebody is asked."""

PAGE = 200
"""Entries that are read at a time."""


class Silences:
    """The silences of copies. Threads may share it."""

    def __init__(
        self,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        words: Words,
        time: BelievedClock,
        may_ask: Callable[[str], bool],
    ) -> None:
        """Take what it works with.

        Args:
            keyring: knows the people.
            audit: says what is silenced.
            ledger: keeps the days, and orders to end one.
            words: seals papers.
            time: the believed time.
            may_ask: says whether a person may still ask for an end.
        """
        self._keyring, self._audit, self._ledger = keyring, audit, ledger
        self._words, self._time, self._may_ask = words, time, may_ask

    def counted(self) -> ask.SilenceCount:
        """Return how many ask for somebody."""
        states = [self._state(row) for row in self._ledger.silences().values()]
        return ask.SilenceCount(states.count("soon"), states.count("over"))

    def all(self, operator: str, *, with_words: bool) -> tuple[ask.Silence, ...]:
        """Return all, the one whose day comes first at the top.

        Args:
            operator: who looks.
            with_words: what was typed, too.
        """
        rows = sorted(self._ledger.silences().values(), key=lambda row: (row.until, row.case))
        return tuple(self._shown(row, operator, with_words=with_words) for row in rows)

    def of(self, recordings: Collection[str], operator: str) -> tuple[ask.Silence, ...]:
        """Return those of a call, with what was typed."""
        rows = self._ledger.silences().values()
        mine = [row for row in rows if not set(recordings).isdisjoint(row.recordings)]
        return tuple(self._shown(row, operator, with_words=True) for row in mine)

    def unsilenced(self, entries: Sequence[AuditEntry]) -> tuple[ask.UnsilencedCopy, ...]:
        """Return a call's copies for authorities that are not silenced, by its audit entries."""
        silenced = silenced_cases(entries)
        found = []
        for one in entries:
            if one.case is None or one.case in silenced or one.type != EXPORTED:
                continue
            kept = self._ledger.copy_of(one.case) if _is_authoritys(one) else None
            if kept is not None and kept.call_of(one.rid) is not None:  # else nothing of it left
                paper = self._paper(kept.case)
                found.append(ask.UnsilencedCopy(case=kept.case, calls=len(kept.calls), paper=paper))
        return tuple(found)

    def set(self, asked: ask.SetSilence, author: str) -> float | None:
        """Silence a copy, or enter a new paper; return when a caller's proof had named it.

        Raises:
            Refused: ``no_copy``: there is no copy of this case for an authority; or
                ``recipient_long``, ``paper_lacks``, ``no_day``, ``silence_past``, ``silence_long``.
            VaultError: it could not be written.
        """
        with self._words.writing():
            copy = self._ledger.copy_of(asked.case) if is_case(asked.case) else None
            before = self._ledger.silences().get(asked.case)
            known = before.calls if before is not None else ()
            known += tuple(call.recordings for call in copy.calls) if copy is not None else ()
            calls = together(self._keyring, (rid for call in known for rid in call), known)
            acts = self._acts(calls)
            # Of one that is silenced a power cut may have kept the copy off the record.
            known_as = before is not None or is_for(Recipient.AUTHORITY, asked.case, acts)
            if copy is None or not known_as:
                raise Refused("no_copy")
            paper = typed(asked.whom, asked.file_number, asked.legal_basis, asked.signed_by)
            if not all(paper[1:]):
                raise Refused("paper_lacks")
            until = silent_until(asked.until, day_of(self._time.now()))
            sealed = self._words.seal(paper.text, "copy", copy.words)
            row = SilenceRow(
                case=copy.case,
                calls=calls,
                until=until,
                author=author,
                at=before.at if before is not None else self._time.now(),
            )
            self._ledger.keep_copy(structs.replace(copy, papers=(*copy.papers, sealed)))
            joins = before is None and asked.hold_silent
            held = join_holds(self._ledger, row.case, row.recordings) if joins else []
            digest = hashlib.sha256(sealed.sealed).hexdigest()
            self._audit.append_many(
                [
                    *(
                        replace(act, sha256=digest)
                        for act in silence_acts([row], SILENCED, author, until_day(until))
                    ),
                    *(Act(type=HELD, actor=author, rid=rid, case=row.case) for rid in held),
                ]
            )
            self._ledger.change_silences([row])
            self.take_in()
            return first_named(row.case, self._ledger.copy_of(row.case), acts)

    def ask_end(self, cases: Collection[str], operator: str) -> None:
        """Ask for the end of silences.

        Raises:
            Refused: ``no_silence``, ``silence_end_waits``.
            VaultError: it could not be written.
        """
        with self._words.writing():
            rows = self._rows(cases)
            if any(row.ending is not None for row in rows):
                raise Refused("silence_end_waits")
            self._audit.append_many(silence_acts(rows, "silence_end_asked", operator))
            order = SilenceOrder(by=operator, at=self._time.now(), counted=self._time.counted())
            self._ledger.change_silences([structs.replace(row, ending=order) for row in rows])

    def confirm_end(self, cases: Collection[str], operator: str) -> None:
        """Let a second person end silences.

        Raises:
            Refused: ``no_silence``, ``order_over``: nobody has asked; ``second_person_needed``,
                ``too_new``.
            VaultError: it could not be written.
        """
        with self._words.writing():
            rows = self._rows(cases)
            for row in rows:
                if row.ending is None:
                    raise Refused("order_over")
                entry = self._keyring.content.operators.get(operator)
                check_second(row.ending.by, operator, entry, self._time.counted())
            self._end(rows, operator, "two_people")

    def cancel_end(self, cases: Collection[str], operator: str) -> None:
        """Cancel an order; the silences go on.

        Raises:
            Refused: ``no_silence``, ``order_over``.
            VaultError: it could not be written.
        """
        with self._words.writing():
            rows = self._rows(cases)
            if any(row.ending is None for row in rows):
                raise Refused("order_over")
            self._drop_orders(rows, operator)

    def tick(self) -> None:
        """End silences whose order is a counted day old; call it every few seconds.

        An order of somebody who may not ask any more is dropped.

        Raises:
            VaultError: it could not be written; the next time goes on.
        """
        if not any(row.ending is not None for row in self._ledger.silences().values()):
            return
        with self._words.writing():
            counted = self._time.counted()
            for row in self._ledger.silences().values():
                if row.ending is None:
                    continue
                if not self._may_ask(row.ending.by):
                    self._drop_orders([row], KEEPER)
                elif row.ending.counted is None and counted is not None:  # the day begins
                    began = structs.replace(row.ending, counted=counted)
                    self._ledger.change_silences([structs.replace(row, ending=began)])
                elif seconds_left(row.ending.counted, counted) == 0:
                    self._end([row], KEEPER, "counted_day")

    def take_in(self) -> None:
        """Silence the rest of each call that is silenced; call it after a take-up, behind holds.

        A recording can be taken up after its call was silenced.

        Raises:
            VaultError: audit or ledger could not be written; the next take-up goes on.
        """
        with self._words.writing():
            silence_late(self._keyring, self._audit, self._ledger)

    def mend(self) -> None:
        """Keep a row for each silence that the audit knows, and for no other; call it at boot.

        Raises:
            VaultError: audit or ledger could not be written; the next start goes on.
        """
        with self._words.writing():
            known = self._ledger.silences()
            found: dict[str, SilenceRow] = {}
            for entry in self._entries():
                if entry.case is None or entry.rid is None:
                    continue
                if entry.type == SILENCE_ENDED:
                    found.pop(entry.case, None)
                    continue
                row = found.get(entry.case)
                found[entry.case] = SilenceRow(
                    case=entry.case,
                    calls=(*(row.calls if row is not None else ()), (entry.rid,)),
                    until=read_until(entry.detail) or 0,
                    author=row.author if row and entry.actor == KEEPER else entry.actor,
                    at=row.at if row is not None else entry.t,
                )
            mended = []
            for case, row in found.items():
                kept = known.get(case)
                if kept is None:
                    calls = together(self._keyring, row.recordings, ())
                    mended.append(structs.replace(row, calls=calls))
                elif kept.until != row.until or set(kept.recordings) != set(row.recordings):
                    calls = together(self._keyring, row.recordings, kept.calls)
                    mended.append(structs.replace(kept, calls=calls, until=row.until, ending=None))
            ended = known.keys() - found.keys()
            if mended or ended:
                self._ledger.change_silences(mended, ended)
            mend_holds(self._keyring, self._ledger, self._audit)

    # -- what is behind ---------------------------------------------------------------------------

    def _entries(self) -> Iterator[AuditEntry]:
        """Yield the audit's entries about silences, oldest first."""
        wanted = EntryQuery(types=frozenset({SILENCED, SILENCE_ENDED}), oldest_first=True)
        number = pages = 1
        while number <= pages:
            entries, _, _, pages = self._audit.search(wanted, number, PAGE)
            yield from entries
            number += 1

    def _rows(self, cases: Collection[str]) -> list[SilenceRow]:
        known = self._ledger.silences()
        if not cases or any(case not in known for case in cases):
            raise Refused("no_silence")
        return [known[case] for case in dict.fromkeys(cases)]

    def _end(self, rows: Sequence[SilenceRow], actor: str, how: str) -> None:
        ended = {row.case for row in rows}
        self._audit.append_many(silence_acts(rows, SILENCE_ENDED, actor, how))
        theirs = [hold for hold in self._ledger.holds() if hold.silence in ended]
        let_go(self._ledger, self._audit, theirs, ended)  # first: another may still cover one
        self._ledger.change_silences((), ended)

    def _drop_orders(self, rows: Sequence[SilenceRow], actor: str) -> None:
        self._audit.append_many(silence_acts(rows, "silence_end_cancelled", actor))
        self._ledger.change_silences([structs.replace(row, ending=None) for row in rows])

    def _acts(self, calls: Calls) -> dict[str, list[AuditEntry]]:
        """Return the audit's entries of each recording."""
        return {rid: self._audit.of_recording(rid) for call in calls for rid in call}

    def _state(self, row: SilenceRow) -> ask.SilenceState:
        today = day_of(self._time.now())
        if today > row.until:
            return "over"
        return "soon" if row.until - today <= REMIND_DAYS else "in_force"

    def _shown(self, row: SilenceRow, operator: str, *, with_words: bool) -> ask.Silence:
        acts, kept = self._acts(row.calls), self._ledger.copy_of(row.case)
        ending = None
        if (order := row.ending) is not None:
            ending = ask.SilenceEndOrder(
                by=order.by,
                at=order.at,
                seconds_left=seconds_left(order.counted, self._time.counted()),
                mine=order.by == operator,
            )
        return ask.Silence(
            case=row.case,
            calls=shown_calls(row, kept, self._keyring, acts),
            until=row.until,
            state=self._state(row),
            author=row.author,
            at=row.at,
            named_on=first_named(row.case, kept, acts),
            hold_stays=self._hold_stays(row, acts),
            paper=self._paper(row.case) if with_words else ask.SilencePaper(),
            ending=ending,
        )

    def _hold_stays(self, row: SilenceRow, acts: Mapping[str, Sequence[AuditEntry]]) -> bool:
        """Say whether a hold of a silence's calls belongs to another one that is in force."""
        others = self._ledger.silences().keys() - {row.case}
        return any(
            row.case in (own := hold_cases(acts[rid])) and not others.isdisjoint(own)
            for rid in row.recordings
            if self._ledger.hold_of(rid) is not None
        )

    def _paper(self, case: str) -> ask.SilencePaper:
        """Return what was typed of the newest paper; whom, as it was typed last."""
        copy = self._ledger.copy_of(case)
        if copy is None:
            return ask.SilencePaper()
        whom, newest, readable = "", Paper(), "none"
        for sealed in filter(None, (copy.words, *copy.papers)):
            text, readable = self._words.open(sealed, "copy")
            newest = Paper.of(text)
            whom = newest.whom or whom
        return ask.SilencePaper(
            whom=whom,
            file_number=newest.file_number,
            legal_basis=newest.legal_basis,
            signed_by=newest.signed_by,
            readable=readable,  # type: ignore[arg-type]  # one of the four
        )


def may_end_silences(keyring: Keyring) -> Callable[[str], bool]:
    """Return what says whether a person may still ask for the end of a silence."""

    def may(operator: str) -> bool:
        entry = keyring.content.operators.get(operator)
        return entry is not None and Role.PRIVACY_OFFICER in roles_of(entry)

    return may


def _is_authoritys(exported: AuditEntry) -> bool:
    return read_recipient(exported.detail) == Recipient.AUTHORITY
