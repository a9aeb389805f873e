"""Bring a line by script into each state of a call."""

from collections.abc import Callable

from appliance.call.states import State
from appliance.model import events as ev
from appliance.model.terms import PartyCue
from appliance.recorder.line.inbox import Press
from tests.recorder.line.scripted import FAR, NEAR, ScriptedLine
from tests.signals.sounds import sine


def unknown(line: ScriptedLine) -> None:
    line.run(200)


def idle(line: ScriptedLine) -> None:
    line.on_hook()
    line.run(1200, until=State.IDLE)


def ringing(line: ScriptedLine) -> None:
    idle(line)
    line.tell(ev.Ring(line.sound.position()))


def settling(line: ScriptedLine) -> None:
    ringing(line)
    line.run(1000)
    line.off_hook()
    line.run(200)


def asking(line: ScriptedLine) -> None:
    settling(line)
    line.run(8000, until=State.ASKING)
    line.run(1000)


def awaiting(line: ScriptedLine) -> None:
    settling(line)
    line.run(20_000, until=State.AWAITING)
    line.run(400)


def informing(line: ScriptedLine) -> None:
    awaiting(line)
    line.key("9")
    line.run(2000, until=State.INFORMING)
    line.run(400)


def choosing(line: ScriptedLine) -> None:
    awaiting(line)
    line.key("4")
    line.run(2000, until=State.CHOOSING)
    line.run(400)


def confirming(line: ScriptedLine) -> None:
    awaiting(line)
    line.key("1")
    line.run(2000, until=State.CONFIRMING)


def recording(line: ScriptedLine) -> None:
    confirming(line)
    line.run(5000, until=State.RECORDING)
    line.run(2000)


def paused(line: ScriptedLine) -> None:
    recording(line)
    line.press(Press("pause"))
    line.run(400)


def refused(line: ScriptedLine) -> None:
    awaiting(line)
    line.key("2")
    line.run(1000, until=State.REFUSED)


def exempt(line: ScriptedLine) -> None:
    line.thread.emergency_elsewhere()
    settling(line)


def private(line: ScriptedLine) -> None:
    settling(line)
    line.press(Press("private"))


def retryable(line: ScriptedLine) -> None:
    awaiting(line)
    line.key("5", NEAR)
    line.run(1000, until=State.RETRYABLE)


def machine(line: ScriptedLine) -> None:
    settling(line)
    line.sound.sounds(FAR, sine(2100, 2.0))
    line.run(2500, until=State.MACHINE)


def far_changed(line: ScriptedLine) -> None:
    awaiting(line)
    line.tell(ev.PartyChanged(line.sound.position(), PartyCue.FLASH))


def dialling(line: ScriptedLine) -> None:
    idle(line)
    line.off_hook()
    line.run(400)


def ended(line: ScriptedLine) -> None:
    recording(line)
    line.on_hook()
    line.run(200)


def lost(line: ScriptedLine) -> None:
    idle(line)
    line.tell(ev.LineFault(line.sound.position(), "hook", "unplugged"))


STATES: dict[State, Callable[[ScriptedLine], None]] = {
    State.UNKNOWN: unknown,
    State.IDLE: idle,
    State.RINGING: ringing,
    State.DIALLING: dialling,
    State.SETTLING: settling,
    State.ASKING: asking,
    State.AWAITING: awaiting,
    State.INFORMING: informing,
    State.CHOOSING: choosing,
    State.CONFIRMING: confirming,
    State.RECORDING: recording,
    State.PAUSED: paused,
    State.REFUSED: refused,
    State.EXEMPT: exempt,
    State.PRIVATE: private,
    State.RETRYABLE: retryable,
    State.MACHINE: machine,
    State.FAR_CHANGED: far_changed,
    State.ENDED: ended,
    State.FAULT: lost,
}
