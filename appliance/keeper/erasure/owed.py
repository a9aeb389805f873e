"""Find erased calls that a medium still holds, since no backup was made there."""

from collections.abc import Iterator, Mapping

from appliance.clock import DAY
from appliance.keeper.audit.entries import ERASED_ALL
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.search import EntryQuery
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.content import MediumState

REMIND_AFTER = 7.0 * DAY
"""Seconds that an erased call may be on a medium before somebody is reminded of it."""

LOOK_AGAIN = 3600.0
"""Seconds between two looks at the audit."""


class OwedErasures:
    """What each medium still holds of what was erased. Threads may share it."""

    def __init__(self, audit: AuditLog, time: BelievedClock) -> None:
        self._audit = audit
        self._time = time
        self._known: dict[tuple[str, int], tuple[float, float | None]] = {}

    def any_old(self, media: Mapping[str, MediumState]) -> bool:
        """Say whether one of these media holds a call that was erased more than a week ago."""
        if self._time.judged.belief is None:
            return False
        before = self._time.now() - REMIND_AFTER
        sinces = [self._since(name, one) for name, one in media.items() if one.number]
        return any(since is not None and since < before for since in sinces)

    def _since(self, name: str, one: MediumState) -> float | None:
        """Return when the first call was erased that a medium still holds; None: it has none."""
        now = self._time.monotonic()
        looked, since = self._known.get((name, one.number), (None, None))
        if looked is None or (since is None and now - looked >= LOOK_AGAIN):
            since = next((entry.t for entry in self._erased(one) if self._holds(one, entry)), None)
            self._known[name, one.number] = now, since
        return since

    def _erased(self, one: MediumState) -> Iterator[AuditEntry]:
        """Yield what was erased behind a medium's last copy, oldest first."""
        wanted = EntryQuery(
            types=frozenset({"erased", ERASED_ALL}),
            since=max(0.0, one.at - DAY),
            oldest_first=True,
        )
        page, pages = 1, 1
        while page <= pages:
            found, _, _, pages = self._audit.search(wanted, page, 200)
            yield from (entry for entry in found if entry.seq > one.seq)
            page += 1

    def _holds(self, one: MediumState, erased: AuditEntry) -> bool:
        """Say whether the last copy was made while an erased recording was here."""
        if erased.rid is None:
            return one.recordings > 0
        acts = self._audit.of_recording(erased.rid)
        return any(act.type == "sealed" and act.seq <= one.seq for act in acts)
