"""Make what a recording needs before its first sample: ticket, META, receipt, rule."""

import os
from collections.abc import Callable
from dataclasses import replace

from msgspec import structs

from appliance.call.call import Call
from appliance.clock import Clock, day_of
from appliance.config.settings import Office
from appliance.errors import VaultError
from appliance.model.actions import Action, StartRecording
from appliance.model.audio import RATE, Sides, milliseconds
from appliance.model.records import LAST_MOMENT, AuditPlace, CallMeta
from appliance.model.rule import HeardThrough
from appliance.model.sentences.faults import noted
from appliance.recorder.recording.writer import Opening
from appliance.vault.format import LAST_DAY, Ticket
from appliance.vault.seal import opening_frames

_PUT_RIGHT_SECONDS = 1.0
"""A clock that moved by more against the line's sound was set meanwhile."""

LONGEST_WAIT_MS = 2**31 - 1
"""From the off-hook to the first sample, as a reader takes it: 24 days."""


def dated(action: Action, clock: Clock) -> Action:
    """Put the time of day into a receipt: the dialogue knows none."""
    if not isinstance(action, StartRecording):
        return action
    now = _bounded(round(clock.now(), 3))
    return replace(action, receipt=structs.replace(action.receipt, time=now))


def _bounded(moment: float) -> float:
    """Return a time of day that a reader takes, however wrong the clock is."""
    return min(max(moment, 0.0), LAST_MOMENT)


class Openings:
    """Makes the opening of each recording of one line; one call keeps one id."""

    def __init__(
        self,
        office: Office,
        sides: Sides,
        clock: Clock,
        boot_id: str,
        heard: Callable[[], HeardThrough],
        after: Callable[[], AuditPlace | None] = lambda: None,
    ) -> None:
        """Begin without a call.

        Args:
            office: the controller.
            sides: of the line's sound.
            clock: the time.
            boot_id: of the running system.
            heard: returns through what the line is seen, heard and spoken on.
            after: returns the entry of the audit that stands before the calls to come.
        """
        self._office = office
        self._heard = heard
        self._clock = clock
        self._boot_id = boot_id
        self._after = after
        self._call_id = ""
        self._sealed: HeardThrough | None = None
        self._offhook: int | None = None  # of the call whose time is kept
        self._began = 0.0
        self._told = False  # a recording of the call has its time sealed, by a clock that was set
        # A V/I tap's current tells the direction only; its voltage carries both parties.
        self._sides = ("both",) if sides[0] == "voltage" else sides

    @property
    def channels(self) -> int:
        """How many channels are recorded."""
        return len(self._sides)

    def forget_call(self) -> None:
        """Forget the call's id: the next recording belongs to another call."""
        self._call_id, self._sealed, self._offhook = "", None, None

    def began(self, offhook: int, now: int) -> float:
        """Return when the call began, UTC: all that tells of it names the same moment.

        A clock that is put right meanwhile counts until a recording has the time sealed.

        Args:
            offhook: sample of the off-hook.
            now: the present sample.
        """
        moment = _bounded(self._clock.now() - (now - offhook) / RATE)
        if self._offhook != offhook:
            self._offhook, self._began, self._told = offhook, moment, False
        elif not self._told and abs(moment - self._began) > _PUT_RIGHT_SECONDS:
            self._began = moment
        return self._began

    @property
    def heard(self) -> HeardThrough:
        """Return through what the line is seen, heard and spoken on now."""
        return self._heard()

    @property
    def heard_otherwise(self) -> bool:
        """Say whether the line is heard through something else than this call's file says."""
        return self._sealed is not None and self._sealed != self._heard()

    def opening(self, call: Call, start: StartRecording, now: int) -> Opening:
        """Return all that is written before the first sample.

        Raises:
            VaultError: the call's policy has no rule to seal.
        """
        if call.policy.rule is None:
            raise VaultError(
                noted(
                    "recording_unkept",
                    "The rule of this call is not known, so nothing is recorded.",
                )
            )
        grades = tuple(sorted(call.policy.grades))
        self._sealed = self._heard()
        rule = structs.replace(call.policy.rule, grades=grades, heard=self._sealed)
        self._call_id = self._call_id or os.urandom(8).hex()
        wall = self._clock.now()
        offhook = call.offhook_sample if call.offhook_sample is not None else now
        today = min(max(day_of(wall), 0), LAST_DAY)
        sure = self._clock.trusted() and today < LAST_DAY
        days = {p.id: p.retention_days for p in call.policy.purposes if p.id in start.purposes}
        due_days = {purpose: today + kept for purpose, kept in sorted(days.items())}
        caller = call.caller
        incoming = call.direction == "incoming"
        meta = CallMeta(
            call=self._call_id,
            line=call.policy.line,
            direction="incoming" if incoming else "outgoing",
            started_at=self.began(offhook, now),
            clock_ok=sure,
            recording_at_ms=min(milliseconds(now - offhook), LONGEST_WAIT_MS),
            number=(caller.number if caller else None) if incoming else call.dialled,
            name=caller.name if caller and incoming else None,
            withheld=bool(caller and caller.withheld and incoming),
            sides=self._sides,
            purposes=tuple(due_days),
            due_days=due_days,
            policy_version=call.policy.version,
            controller=self._office.controller,
            after=self._after(),
        )
        self._told = sure
        ticket = Ticket(
            due_day=max(due_days.values()),
            call_id=self._call_id,
            clock_ok=sure,
            boot_id=self._boot_id,
            uptime=int(self._clock.monotonic()),
            kept_days=max(days.values()),
            opening=opening_frames(rule),
        )
        return Opening(meta, start.receipt, rule, ticket, self.channels)
