"""Say faults in English; sentences may change."""

from collections.abc import Iterable

from appliance.model.sentences.faults import DeviceFault, told_in


def said(faults: Iterable[DeviceFault]) -> str:
    """Return the sentences of faults."""
    return told_in(faults, "en")


def codes(faults: Iterable[DeviceFault]) -> list[str]:
    """Return their codes."""
    return [each.code for each in faults]
