"""Build silences: who asks for their end, and who is reminded."""

from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import TICK, Chore, attempt
from appliance.keeper.doctor.silences import examine_silences
from appliance.keeper.handlers.calls.silences import SilenceDesk
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of


def build(box: Box) -> Subject:
    """Return the subject."""
    return Subject(
        handlers_of(SilenceDesk(box)),
        chores=(
            Chore(
                "silences", TICK, box.with_open(lambda now: now.records.recordings.silences.tick())
            ),
        ),
        findings=lambda: examine_silences(box.opened().records.recordings.silences.counted()),
        begun=lambda: attempt("silences", box.with_open(_mend)),
    )


def _mend(now: OpenBox) -> None:
    """Bring what a power cut left half done to an end: silences first, for copies need theirs."""
    now.records.recordings.silences.mend()
    now.records.recordings.copies.mend()
