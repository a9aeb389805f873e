"""Examine the box: gather the recorder's findings and the keeper's own."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from appliance.errors import LinkError, Refused
from appliance.keeper.box import Box
from appliance.keeper.doctor.memory import examine_memory
from appliance.keeper.doctor.silences import SILENCE
from appliance.keeper.doctor.trial import in_its_place
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.requests.doctor import (
    CountFindings,
    Examine,
    ExamineLines,
    FindingCount,
    Findings,
)
from appliance.link.requests.lines import GetLines
from appliance.link.requests.papers.silences import ListSilences
from appliance.model.findings import Finding, find
from appliance.model.kind import kind_kept
from appliance.model.lamps import amiss

ANSWER_SECONDS = 10.0
"""The recorder looks at every device's files; it opens no device."""

FRESH_SECONDS = 60.0
"""A count of findings is so old at most; each page shows it, and an examination takes a while."""

FAILED_SECONDS = 5.0
"""The same of a count with something to be fixed: what was fixed is not told for a minute on."""


class Doctor:
    """The examination of the whole box."""

    def __init__(
        self,
        box: Box,
        recorder: RecorderLink,
        first: Sequence[Callable[[], Iterable[Finding]]],
        then: Sequence[Callable[[], Iterable[Finding]]],
        hears_courier: Callable[[], bool],
    ) -> None:
        """Prepare.

        Args:
            box: the box to examine.
            recorder: its recorder.
            first: find what is wrong with a box, also with one that has no vault.
            then: find what is wrong with its vault.
            hears_courier: says whether the courier runs.
        """
        self._box = box
        self._first, self._then, self._hears_courier = first, then, hears_courier
        self._looking = threading.Lock()
        self._seen: tuple[float, tuple[Finding, ...]] | None = None  # monotonic, what was found
        self._lines: object = None  # what the recorder told of them, when that was found
        self._stands_still, self._recorder = recorder.silent, recorder.client(ANSWER_SECONDS)

    @handles(Examine)
    def _examine(self, operation: Examine, who: Caller) -> Findings:
        with self._looking:
            return Findings(self._look())

    @handles(CountFindings)
    def _count(self, operation: CountFindings, who: Caller) -> FindingCount:
        now = self._box.around.clock.monotonic()
        with self._looking:
            found = self._fresh(now) or self._look()
        if ListSilences.roles.isdisjoint(who.roles):
            found = tuple(finding for finding in found if finding.subject != SILENCE)
        levels = [finding.level for finding in found]
        told = found if who.roles & Examine.roles else ()
        return FindingCount(
            fail=levels.count("fail"),
            warn=levels.count("warn"),
            found=tuple(finding for finding in told if finding.level == "fail"),
            warned=tuple(finding for finding in told if finding.level == "warn"),
        )

    def _fresh(self, now: float) -> tuple[Finding, ...]:
        """Return what was last found; nothing if that is too old, or a line has changed since."""
        if self._seen is None or self._lines != self._told_of_lines():
            return ()
        seen, found = self._seen
        failed = any(finding.level == "fail" for finding in found)
        return found if 0 <= now - seen < (FAILED_SECONDS if failed else FRESH_SECONDS) else ()

    def look(self) -> tuple[Finding, ...]:
        """Examine the whole box, whoever asks."""
        with self._looking:
            return self._look()

    def _look(self) -> tuple[Finding, ...]:
        self._lines = self._told_of_lines()
        found = tuple(in_its_place(self._found(), kind_kept(self._box.around.folders)))
        self._seen = self._box.around.clock.monotonic(), found
        return found

    def _told_of_lines(self) -> object:
        """Return what is wrong with each line; without a recorder that answers, how it is away."""
        if self._stands_still():
            return "still"
        try:
            lines = self._recorder.call(GetLines()).lines
        except (LinkError, Refused):
            return "away"
        return tuple((each.line, amiss(each)) for each in lines)

    def _found(self) -> Iterator[Finding]:
        around = self._box.around
        running = {"keeper", "panel"}  # the panel asks: only people do, and they use no other way
        try:
            seen = self._recorder.call(ExamineLines()).found
        except (LinkError, Refused):
            yield find("processes.recorder_away")
        else:
            running.add("recorder")
            yield find("processes.recorder_runs")
            yield from seen
        yield find("processes.keeper_runs")
        config = around.config
        yield find("configuration.valid", lines=len(config.lines), purposes=len(config.purposes))
        yield from chain.from_iterable(find_more() for find_more in self._first)
        if self._hears_courier():
            running.add("courier")
        yield from examine_memory(around.folders, running)
        yield from chain.from_iterable(find_more() for find_more in self._then)
