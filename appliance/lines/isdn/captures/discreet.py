"""Take what parties withhold out of frames, so that a capture can be kept or handed on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from appliance.lines.isdn.calls.links import Links
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import MANAGEMENT, SIGNALLING, LapdFrame
from appliance.lines.isdn.q931 import message as q931


def without_withheld(frames: Iterable[DFrame]) -> Iterator[DFrame]:
    """Yield frames without the numbers that their owners restrict, and what could name them.

    Frames that cannot be read are left out: nobody knows what they hold.
    """
    links = Links()
    for frame in frames:
        found = links.decode(frame.data)
        if found is None:
            continue
        links.follow(found, from_network=frame.from_network)
        kept = _kept(found)
        if kept is not None:
            head = frame.data[: len(frame.data) - len(found.information)]
            yield replace(frame, data=head + kept)


def _kept(frame: LapdFrame) -> bytes | None:
    """Return the information that may be kept; None for a frame that is left out."""
    if not frame.information or frame.sapi == MANAGEMENT:
        return frame.information
    message = q931.decode(frame.information) if frame.sapi == SIGNALLING else None
    return None if message is None else q931.encode(message)
