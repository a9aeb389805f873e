"""Open a capture of a D-channel, whatever form it has, and write one.

Some forms do not say who sent a frame, and some programs write all frames as the network's. A
frame that can only be a command, or only a response, tells it by its C/R bit, which then counts. A
supervisory frame leaves it open; no call depends on it.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from appliance.errors import FileFormatError, shown
from appliance.lines.isdn import lapd
from appliance.lines.isdn.captures import eyesdn, pcap, pcapng
from appliance.lines.isdn.captures.source import OpenCapture
from appliance.lines.isdn.frames import DFrame
from appliance.model.sentences.faults import noted

EYESDN = ".eyesdn"
"""How the name of an EyeSDN capture ends."""

FORMS = "pcap and pcapng of LAPD, and EyeSDN"
"""What can be read, for a sentence."""


def frames_of(path: Path) -> Iterator[DFrame]:
    """Yield the frames of a capture; those before a break come before its error.

    Raises:
        FileFormatError: it is no capture that can be read, is damaged, or breaks off.
    """
    if path.is_dir():
        raise FileFormatError(
            noted("capture_unusable", f"{shown(path)} is a folder, not a capture.")
        )
    try:
        with path.open("rb") as file:
            source = OpenCapture(file, str(path))
            yield from map(_by_its_sender, _frames(source, file.read(4)))
    except FileNotFoundError:
        raise FileFormatError(
            noted("capture_unusable", f"There is no file {shown(path)}.")
        ) from None
    except OSError as error:
        why = error.strerror or "the system gives no reason"
        raise FileFormatError(
            noted("capture_unusable", f"{shown(path)} cannot be read: {why}.")
        ) from error


def _frames(source: OpenCapture, magic: bytes) -> Iterator[DFrame]:
    if not magic:
        source.refuse("is empty")
    if magic in pcap.MAGICS:
        yield from pcap.read(source, magic)
    elif magic == pcapng.MAGIC:
        yield from pcapng.read(source, magic)
    elif eyesdn.MAGIC.startswith(magic):
        if magic + source.read(len(eyesdn.MAGIC) - len(magic)) != eyesdn.MAGIC:
            source.refuse(f"is no capture that can be read ({FORMS})")
        yield from eyesdn.read(source)
    else:
        source.refuse(f"is no capture that can be read ({FORMS})")


def _by_its_sender(frame: DFrame) -> DFrame:
    found = lapd.decode(frame.data)
    sender = None if found is None else found.from_network
    return frame if sender in {None, frame.from_network} else replace(frame, from_network=sender)


def write(path: Path, frames: Iterable[DFrame]) -> None:
    """Write a capture to a new file: EyeSDN if its name ends in .eyesdn, else pcap of Linux LAPD.

    Only its owner may read the file, for it holds numbers.

    Raises:
        FileFormatError: there is such a file already.
        OSError: it cannot be written.
    """
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise FileFormatError(
            noted("capture_unusable", f"{shown(path)} is there already; name a new file.")
        ) from None
    put = eyesdn.write if path.suffix.lower() == EYESDN else pcap.write
    try:
        with file:
            put(file, frames)
    except BaseException:  # nothing half done stays
        path.unlink(missing_ok=True)
        raise
