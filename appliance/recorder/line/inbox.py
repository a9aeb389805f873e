"""What reaches a line's thread, and what it tells: the words between the recorder's threads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from appliance.call.call import Call
from appliance.lines.base import HookEvent
from appliance.model import events as ev
from appliance.model.actions import Action, Note
from appliance.model.audio import AudioFrame
from appliance.model.records import LineStatus
from appliance.recorder.recording.writer import Report

Observer = Callable[[ev.Event, Call, tuple[Action, ...]], None]
"""Called with each event, the call after it and the actions it caused."""


@dataclass(frozen=True, slots=True)
class EmergencyDialled:
    """Somebody called for help on this line, or hung up from it; no call-back may be asked."""

    line: str


Told = Report | LineStatus | Note | EmergencyDialled
"""What a line tells the recorder."""


@dataclass(frozen=True, slots=True)
class Press:
    """What the button, the panel or the API wants of the call in progress."""

    button: Literal["pause", "private", "ask"]

    def event(self, sample: int) -> ev.Event:
        """Return what the press means to the call at ``sample``."""
        match self.button:
            case "pause":
                return ev.PauseAsked(sample)
            case "private":
                return ev.PrivateAsked(sample)
            case "ask":
                return ev.AskAgain(sample)


@dataclass(frozen=True, slots=True)
class Task:
    """Do something in the line's own thread."""

    act: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Stopped:
    """End the thread."""


Item = AudioFrame | ev.Gap | HookEvent | Report | Task | Stopped
