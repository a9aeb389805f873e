"""Build the doctor, who asks every other subject what is wrong with it."""

from collections.abc import Callable, Sequence

from appliance.keeper.box import Box
from appliance.keeper.handlers.doctor import Doctor
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of


def build(
    box: Box,
    recorder: RecorderLink,
    first: Sequence[Subject],
    then: Sequence[Subject],
    hears_courier: Callable[[], bool],
) -> Subject:
    """Return the subject; its findings are those of the whole box.

    Args:
        box: is examined.
        recorder: is asked what is wrong with its lines.
        first: subjects that also a box without a vault has.
        then: the others.
        hears_courier: says whether the courier runs.
    """
    doctor = Doctor(
        box,
        recorder,
        [subject.findings for subject in first],
        [subject.findings for subject in then],
        hears_courier,
    )
    return Subject(handlers_of(doctor), findings=doctor.look)
