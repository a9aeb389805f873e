"""Put the outcome of the last call together from every step of its dialogue."""

from dataclasses import fields
from enum import Enum
from typing import Any

import msgspec

from appliance.call.call import Call
from appliance.call.states import State
from appliance.commands.helpers.terminal import here
from appliance.language import N_
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model import papers
from appliance.model.audio import RATE
from appliance.model.records import ConsentReceipt

Printed = dict[str, Any]


class Witness:
    """An observer of a line's thread that reports on the last call."""

    def __init__(self) -> None:
        self._events: list[Printed] = []
        self._wrong: dict[str, str] = {}  # part of the line -> what its driver says is wrong
        self._idle = True
        self._forget()

    def _forget(self) -> None:
        """Forget the last call: another one begins."""
        self._recordings: list[str] = []
        self._receipt: ConsentReceipt | None = None
        self._note: act.Note | None = None
        self._stopped: act.StopRecording | None = None
        self._withdrawn = False

    def observe(self, event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        """Remember one step; the line's thread calls this."""
        if self._idle and call.state is not State.IDLE:
            self._forget()
        self._idle = call.state is State.IDLE
        if not isinstance(event, ev.TimerFired):  # the dialogue's own, no news to a reader
            self._events.append(_as_printed(event, hidden=call.recording))
        match event:
            case ev.RecordingOpened():
                self._recordings.append(event.recording)
            case ev.LineFault():
                self._wrong[event.part] = event.reason
            case ev.LineRestored():
                self._wrong.pop(event.part, None)
        for action in actions:
            self._remember(action, call)

    def _remember(self, action: act.Action, call: Call) -> None:
        match action:
            case act.StartRecording():
                self._receipt = action.receipt
            case act.StopRecording():
                self._stopped = action
            case act.Withdraw():
                self._withdrawn = not call.purposes
            case act.Note():
                self._note = action

    @property
    def recording(self) -> str | None:
        """The recording's id; None if there is none, or the caller withdrew."""
        return None if self._withdrawn or not self._recordings else self._recordings[-1]

    def result(self) -> Printed:
        """Return everything in JSON types."""
        recorded = self.recording is not None
        return {
            "outcome": "recorded" if recorded else "unrecorded",
            "reason": self._reason(),
            "recording": self.recording,
            "receipt": msgspec.to_builtins(self._receipt) if recorded else None,
            "events": self._events,
        }

    def sentence(self) -> str:
        """Return the outcome in a sentence for people."""
        word = self._reason()
        wrong = next(iter(self._wrong.values()), here(N_("the call is over")))
        reason = here(papers.REASONS[word]) if word else wrong.rstrip(".")
        if self.recording is not None:
            recorded = N_("Recorded as %(rid)s; it ended because %(why)s.")
            return here(recorded, rid=self.recording, why=reason)
        return here(N_("Not recorded: %(why)s."), why=reason)

    def lines(self) -> list[str]:
        """Return the outcome, the consent and what happened, for people to read."""
        told = [self.sentence()]
        receipt = self._receipt if self.recording is not None else None
        if receipt is not None:
            purposes = ", ".join(receipt.purposes)
            if receipt.key is None:
                notice = N_(
                    "The notice was heard; its basis asks for no key. Purposes: %(purposes)s."
                )
                told.append(here(notice, purposes=purposes))
            else:
                agreed = N_("Key %(key)s, evidence grade %(grade)s, agreed to: %(purposes)s.")
                of = {"key": receipt.key, "grade": receipt.grade, "purposes": purposes}
                told.append(here(agreed, **of))
            if receipt.refused:
                refused = ", ".join(receipt.refused)
                told.append(here(N_("Not agreed to: %(purposes)s."), purposes=refused))
        return told + [_line(event) for event in self._events]

    @property
    def needed_no_key(self) -> bool:
        """Say whether the call was recorded on a basis that asks for no key."""
        return self.recording is not None and self._receipt is not None and not self._receipt.key

    def _reason(self) -> str | None:
        if self._note is not None and self._note.reason is not None:
            return self._note.reason.value
        return self._stopped.reason.value if self._stopped is not None else None


def _line(event: Printed) -> str:
    """Return an event as one line: its time and name, and what it says."""
    rest = {name: value for name, value in event.items() if name not in {"at", "event"}}
    said = ", ".join(f"{name} {value}" for name, value in rest.items() if value not in {None, ""})
    return f"{event['at']:9.3f} s  {event['event']:<18} {said}".rstrip()


def _as_printed(event: ev.Event, *, hidden: bool) -> Printed:
    """Return an event in JSON types, without the key pressed during a recording."""
    printed: Printed = {"at": round(event.sample / RATE, 3), "event": _name(event)}
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name == "sample" or (field.name == "key" and hidden):
            continue
        printed[field.name] = value.value if isinstance(value, Enum) else _rounded(value)
    return printed


def _rounded(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value


def _name(event: ev.Event) -> str:
    name = type(event).__name__
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
