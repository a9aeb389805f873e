"""Carry out what the keeper asks for: install an update, or restart the box.

The request is input from a process with fewer rights. It names no file and no version: the bundle
is that of the one stick, or the one file that the keeper fetched, and RAUC alone judges it by the
keyring of the system that runs.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from appliance import __version__
from appliance.card.update.fetched import bundle as fetched_bundle
from appliance.card.update.stick import Unusable, bundle
from appliance.card.update.story import Story, Update, other, slot_of
from appliance.errors import FileFormatError, ZgodaError
from appliance.model.sentences.faults import in_words, noted

REQUEST = re.compile(r"(install|fetched|restart) [0-9a-f]{32}\n")

REFUSALS = (
    ("damaged", "invalid bundle format"),
    ("older", "version mismatch"),
    ("other_model", "compatible mismatch"),
    ("signature", "signature verification failed|not allowed"),
    ("damaged", "input/output error|checksum|verity"),
)
"""A word for each refusal, and what RAUC 1.13 says of it; the first that fits counts."""

_PERCENT = re.compile(r"^\s*(\d{1,3})% (.*)$")
_FAILED = re.compile(r"^LastError: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class InstallPlaces:
    """Where things are on a card; tests have their own."""

    devices: Path = Path("/dev/disk")
    card: Path = Path("/dev/zgoda-card")
    fetched: Path = Path("/var/lib/zgoda/update")
    folder: Path = Path("/data/update")
    volatile: Path = Path("/run/zgoda-update")
    command_line: Path = Path("/proc/cmdline")
    boot_id: Path = Path("/proc/sys/kernel/random/boot_id")

    @property
    def story(self) -> Story:
        """Return the updates so far."""
        return Story(self.folder, self.volatile)

    @property
    def slot(self) -> str:
        """Return the system that runs."""
        return slot_of(self.command_line.read_text())

    @property
    def boot(self) -> str:
        """Return this boot's id."""
        return self.boot_id.read_text().strip()


def read_request(path: Path, known: re.Pattern[str] = REQUEST) -> str:
    """Return what the keeper asks for: ``install``, ``fetched`` or ``restart``.

    Args:
        path: the file that the keeper writes.
        known: what can be asked for there; its first group is returned.

    Raises:
        FileFormatError: the file is not what the keeper writes.
    """
    try:
        with open(
            os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        ) as file:
            text = file.read(64)
    except (OSError, ValueError):
        raise FileFormatError(
            noted("update_request", f"{path} cannot be read; nothing was done.", path=path)
        ) from None
    match = known.fullmatch(text)
    if match is None:
        raise FileFormatError(
            noted(
                "update_request",
                f"{path} asks for nothing that is known; nothing was done.",
                path=path,
            )
        )
    return match[1]


def install(
    places: InstallPlaces,
    now: Callable[[], float],
    *,
    fetched: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> Update:
    """Install the update of the one stick that is plugged in, and note how it ended.

    Args:
        places: of the card.
        now: the time (UTC).
        fetched: install the one that the keeper fetched instead.
        wait: lets so many seconds pass, in which a stick just plugged in is seen.

    Raises:
        ZgodaError: no system was chosen by U-Boot, or the data partition takes no note.
    """
    slot = other(places.slot)
    if not slot:
        raise ZgodaError(in_words("update_no_slot"))
    story = places.story
    story.show(0)
    # Noted before anything is written: a power cut in the middle is told as such.
    story.append(Update(now(), "", slot, "cut", places.boot))
    version, outcome = "", "failed"
    try:
        with _bundle(places, fetched, wait) as path:
            version, outcome = _by_rauc(path, story.show)
    except Unusable as error:
        outcome = error.code
    finally:
        ended = Update(now(), version, slot, outcome, places.boot)
        if outcome == "waits" or not starts_next(slot):
            story.settle("replaced")  # an update that waited is overwritten
        story.replace_last(ended)
        story.hide()
    return ended


def _bundle(
    places: InstallPlaces, fetched: bool, wait: Callable[[float], None]
) -> AbstractContextManager[Path]:
    if fetched:
        return fetched_bundle(places.fetched, places.volatile / "fetched")
    return bundle(places.devices, places.card, places.volatile / "stick", wait)


def settle(places: InstallPlaces) -> Update | None:
    """Note, once the box has come up well, which system did: the new one or the old.

    Returns:
        The update that waited for this restart, if one did.
    """
    story = places.story
    waiting, last = story.waiting(), next(reversed(story.updates()), None)
    if last is None or last.boot == places.boot:
        return None
    if last.outcome == "cut" and last.slot == places.slot:
        # Only the note was cut off: RAUC had finished.
        story.settle("replaced")
        ended = replace(last, version=__version__, outcome="runs")
        story.replace_last(ended)
        return ended
    if waiting is None:
        return None
    outcome = "runs" if waiting.slot == places.slot else "fell_back"
    if outcome == "fell_back" and last.outcome == "cut":
        outcome = "replaced"  # a later one had begun to overwrite it
    story.settle(outcome)
    return replace(waiting, outcome=outcome)


def starts_next(slot: str) -> bool:
    """Say whether U-Boot starts this system next, by its sector."""

    def said(name: str) -> str:
        asked = ["fw_printenv", "-n", name]
        try:
            return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        except OSError:  # no such program: no card
            return ""

    return said("BOOT_ORDER").startswith(slot) and said(f"BOOT_{slot}_LEFT") not in {"", "0"}


def _by_rauc(path: Path, show: Callable[[int], None]) -> tuple[str, str]:
    """Let RAUC install a bundle; return its version and how it ended."""
    told: list[str] = []
    asked = ["rauc", "install", str(path)]
    with subprocess.Popen(
        asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as rauc:
        assert rauc.stdout is not None  # noqa: S101 - it is a pipe
        for line in rauc.stdout:
            told.append(line.rstrip())
            if match := _PERCENT.match(line):
                show(int(match[1]))
    if rauc.returncode:
        return "", refusal("\n".join(told))
    return _version(path), "waits"


def refusal(text: str) -> str:
    """Return one word for why RAUC refused, by what it said."""
    said = "\n".join(_FAILED.findall(text))
    for word, pattern in REFUSALS:
        if re.search(pattern, said, re.IGNORECASE):
            return word
    return "failed"


def _version(path: Path) -> str:
    """Return the version of a bundle that RAUC has installed; empty if it is not told."""
    asked = ["rauc", "info", "--output-format=shell", str(path)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    match = re.search(r"^RAUC_MF_VERSION='([0-9A-Za-z.+-]{1,64})'$", said, re.MULTILINE)
    return match[1] if match else ""
