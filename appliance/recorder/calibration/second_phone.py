"""See by the level of our own words whether a second phone is off-hook.

On the modelled lines a second phone of 600 Ω makes them 3.2 to 4.1 dB quieter. A level that is off
by no more than ``PROBE_DB`` is the same one. The words are measured before the keys and after them,
since a phone can be lifted or put down in between.

What cannot be told: that one phone more than the step says was off-hook in both steps of a phone.
"""

from typing import NamedTuple

from appliance.link.requests.calibration import StepNow
from appliance.model.calibration import LOUDEST_DB, QUIETEST_DB
from appliance.model.sentences.faults import DeviceFault, in_words
from appliance.signals.side.direction import PROBE_DB

_AGAIN = in_words("calibration_speaks_again").faults
SILENT = in_words("calibration_call_again").faults


class Problem(NamedTuple):
    """Why a measurement cannot be taken, and what to do."""

    says: tuple[DeviceFault, ...]
    again: bool = True
    """Saying the words again can help."""

    def told(self, *, tries_left: bool) -> tuple[DeviceFault, ...]:
        """Return it, and what the box does next."""
        if not self.again:
            return self.says
        return self.says + (_AGAIN if tries_left else SILENT)


UNHEARD = Problem(in_words("calibration_unheard").faults)
_GAPS = Problem(in_words("calibration_gaps").faults)


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
        louder = in_words("calibration_louder_alone", db=f"{moved:.1f}", name=name)
        return Problem(louder.faults, again=False)
    return Problem(in_words("calibration_no_second", db=f"{moved:+.1f}", name=name).faults)


def _not_kept(level_db: float, before_db: float, *, second: bool) -> Problem | None:
    moved = level_db - before_db
    if abs(moved) <= PROBE_DB:
        return None
    code = "calibration_put_down" if moved > 0 else "calibration_lifted"
    return Problem(in_words(code if second else f"{code}_alone", db=f"{abs(moved):.1f}").faults)
