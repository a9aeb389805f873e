"""Examine the box: gather the recorder's findings and the keeper's own."""

import threading
from collections.abc import Callable, Iterable, Iterator

from appliance.card.sticks import Sticks
from appliance.errors import LinkError, Refused
from appliance.keeper.box import Box
from appliance.keeper.doctor.backup import examine_backup, examine_sticks
from appliance.keeper.doctor.box import examine_box
from appliance.keeper.doctor.keys import examine_keys
from appliance.keeper.doctor.machine import Machine
from appliance.keeper.doctor.mail import examine_mail
from appliance.keeper.doctor.memory import examine_memory
from appliance.keeper.doctor.panel import examine_panel
from appliance.keeper.doctor.sftp import examine_sftp
from appliance.keeper.doctor.time import examine_time
from appliance.keeper.doctor.vault import examine_arrivals, examine_vault
from appliance.keeper.handlers.sftp import seen_of
from appliance.keeper.people.sessions import Caller
from appliance.link.client import Client
from appliance.link.handlers import handles
from appliance.link.requests.doctor import (
    CountFindings,
    Examine,
    ExamineLines,
    FindingCount,
    Findings,
)
from appliance.model.findings import Finding, find

ANSWER_SECONDS = 10.0
"""The recorder looks at every device's files; it opens no device."""

FRESH_SECONDS = 60.0
"""A count of findings is so old at most; each page shows it, and an examination takes a while."""


class Doctor:
    """The examination of the whole box."""

    def __init__(
        self,
        box: Box,
        machine: Machine | None = None,
        settings: Callable[[], Iterable[Finding]] = tuple,
        updates: Callable[[], Iterable[Finding]] = tuple,
    ) -> None:
        """Prepare.

        Args:
            box: the box to examine.
            machine: the machine it runs on.
            settings: examines the settings.
            updates: examines the updates from the network.
        """
        self._box = box
        self._machine = machine or Machine()
        self._settings, self._updates = settings, updates
        self._looking = threading.Lock()
        self._seen: tuple[float, tuple[Finding, ...]] | None = None  # monotonic, what was found
        folders = box.around.folders
        self._recorder = Client(
            folders.recorder_socket, ANSWER_SECONDS, process="recorder", uid=folders.recorder_uid
        )

    @handles(Examine)
    def _examine(self, operation: Examine, who: Caller) -> Findings:
        with self._looking:
            return Findings(self._look())

    @handles(CountFindings)
    def _count(self, operation: CountFindings, who: Caller) -> FindingCount:
        now = self._box.around.clock.monotonic()
        with self._looking:
            old = self._seen is None or not 0 <= now - self._seen[0] < FRESH_SECONDS
            found = self._look() if old or self._seen is None else self._seen[1]
        levels = [finding.level for finding in found]
        told = found if who.roles & Examine.roles else ()
        return FindingCount(
            fail=levels.count("fail"),
            warn=levels.count("warn"),
            found=tuple(finding for finding in told if finding.level == "fail"),
            warned=tuple(finding for finding in told if finding.level == "warn"),
        )

    def look(self) -> tuple[Finding, ...]:
        """Examine the whole box, whoever asks."""
        with self._looking:
            return self._look()

    def _look(self) -> tuple[Finding, ...]:
        found = tuple(self._found())
        self._seen = self._box.around.clock.monotonic(), found
        return found

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
        yield from self._settings()
        yield from examine_panel(config.panel, around.clock, around.folders.panel_run)
        yield from examine_box(self._machine, around.folders.data, around.clock)
        if self._box.syncs.ms:
            yield find("disk.kept_slowly", ms=self._box.syncs.ms)
        records = self._box.opened().records
        mail = records.post.facts()
        far = seen_of(self._box.opened())
        if (mail.wanted and not mail.away) or (far.place is not None and not far.away):
            running.add("courier")
        yield from examine_memory(around.folders, running)
        waiting = records.recordings.retention.waiting
        yield from examine_time(records.time, waiting.recordings if waiting is not None else 0)
        keyring = self._box.opened().keyring
        confirmed = keyring.content.sheet_confirmed
        yield from examine_vault(config, around.folders, confirmed, keyring.level)
        yield from examine_keys(self._box.opened().records.keys_seen)
        yield from examine_backup(records.backups.seen(), elsewhere=far.place is not None)
        yield from examine_sticks(Sticks().seen())
        yield from examine_sftp(far, records.far.seen())
        yield from examine_mail(mail)
        yield from self._updates()
        intake = records.recordings.intake
        yield from examine_arrivals(around.folders, intake.arrivals.held, intake.problems())
