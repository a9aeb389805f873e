"""See by the level of our own words whether a second phone is off-hook.

On the modelled lines a second phone of 600 Ω makes them 3.2 to 4.1 dB quieter. A level that is off
by no more than ``PROBE_DB`` is the same one. The words are measured before the keys and after them,
since a phone can be lifted or put down in between.

What cannot be told: that one phone more than the step says was off-hook in both steps of a phone.
"""

from typing import NamedTuple

from appliance.link.requests.calibration import StepNow
from appliance.model.calibration import LOUDEST_DB, QUIETEST_DB
from appliance.signals.side.direction import PROBE_DB

_AGAIN = "The box speaks again in a moment."
SILENT = "The box says no more in this call: hang up, and call again."


class Problem(NamedTuple):
    """Why a measurement cannot be taken, in a sentence that says what to do."""

    says: str
    again: bool = True
    """Saying the words again can help."""

    def told(self, *, tries_left: bool) -> str:
        """Return the sentence, and what the box does next."""
        if not self.again:
            return self.says
        return f"{self.says} {_AGAIN if tries_left else SILENT}"


UNHEARD = Problem("The box's own words are not heard on the line: look at its wires.")
_GAPS = Problem("The box's own words came with gaps on the line: look at its adapter.")


def unmeasured(level_db: float, *, gaps: bool) -> Problem | None:
    """Return why the words' level means nothing, if so."""
    if not QUIETEST_DB <= level_db <= LOUDEST_DB:
        return UNHEARD
    return _GAPS if gaps else None


def unlike(now: StepNow, level_db: float, alone_db: float | None) -> Problem | None:
    """Return what shows that other phones are off-hook than a step is for, if so.

    ``alone_db`` is the level with the step's phone alone, as an earlier step has shown it.
    """
    problem = None
    if now.prompt_db is not None:
        problem = _not_kept(level_db, now.prompt_db, second=now.step == "second")
    if problem is None and now.step == "second" and alone_db is not None:
        problem = _not_second(now.name, level_db, alone_db)
    return problem


def _not_second(name: str, level_db: float, alone_db: float) -> Problem | None:
    moved = level_db - alone_db
    if moved < -PROBE_DB:
        return None
    if moved > PROBE_DB:
        return Problem(
            f"The box's words are {moved:.1f} dB louder than with {name} alone, so another phone "
            "was off the hook then: begin anew, with every other phone on its hook.",
            again=False,
        )
    return Problem(
        f"The box's words arrive as with {name} alone ({moved:+.1f} dB), so no phone was lifted "
        "since: lift a second phone now and keep it off the hook, or begin anew if one was off the "
        "hook before."
    )


def _not_kept(level_db: float, before_db: float, *, second: bool) -> Problem | None:
    moved = level_db - before_db
    if abs(moved) <= PROBE_DB:
        return None
    became, did = ("louder", "put down") if moved > 0 else ("quieter", "lifted")
    wanted = "keep a second phone off the hook" if second else "keep every other phone on its hook"
    return Problem(
        f"The box's words became {abs(moved):.1f} dB {became} while the keys were pressed, so "
        f"another phone was {did}: {wanted}, and press all keys again once the box has spoken."
    )
