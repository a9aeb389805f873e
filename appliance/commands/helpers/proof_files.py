"""Read the files that ``zgoda verify-proof`` is given, and what was typed beside them."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.terminal import here, shown, word
from appliance.errors import FileFormatError
from appliance.language import N_, language_of
from appliance.model import papers
from appliance.model.proof import ProofAnnex, ProvedRecording
from appliance.vault.certificate import BadCertificate
from appliance.vault.disk import open_ordinary
from appliance.vault.format import HEADER_BYTES, parse_header
from appliance.vault.opening.digest import digest
from appliance.vault.proof import MOST_BYTES, BadProof

_FINGERPRINT_BYTES = 32


def typed_fingerprint(text: str | None) -> str:
    """Return a fingerprint as it was typed: spaces and hyphens between its groups do not matter."""
    if text is None:
        return ""
    try:
        raw = bytes.fromhex(text.replace("-", " "))
    except ValueError:
        raw = b""
    if len(raw) != _FINGERPRINT_BYTES:
        hint = "--fingerprint"
        raise click.BadParameter(
            said_of("fingerprint_hex", count=_FINGERPRINT_BYTES), param_hint=hint
        )
    return raw.hex()


def whole(fingerprint: str, compare: bool) -> str:
    """Say that a file is whole, and with what its signer is to be compared."""
    if not compare:
        return here(N_("It is whole, and the device of this fingerprint signed it."))
    groups = [fingerprint[at : at + 8] for at in range(0, 64, 8)]
    return here(
        N_(
            "It is whole, and one device signed all of it. Compare its fingerprint with the "
            "recovery sheet’s page: %(fingerprint)s"
        ),
        fingerprint=" ".join(groups),
    )


def why_bad(bad: BadProof | BadCertificate) -> str:
    """Say what is wrong with a file: in English precisely, else by the kind of its fault."""
    if language_of(os.environ) == "en":
        return str(bad)
    return word(papers.FAULTS, bad.fault.value)


def wrong_sound(annexes: Sequence[ProofAnnex], sound: Path | None) -> Iterator[str]:
    """Yield that a sound is none of the copies that were handed over."""
    if sound is None:
        return
    found = _sha256(sound)
    if not any(copy.sha256 == found for annex in annexes for copy in annex.copies):
        yield here(
            N_("%(path)s is none of the copies that its annex lists."), path=shown(str(sound))
        )


def wrong_recording(proved: Sequence[ProvedRecording], recording: Path | None) -> Iterator[str]:
    """Yield that a sealed recording is none of those that are proved, or has another name."""
    if recording is None:
        return
    name, found = shown(str(recording)), _sha256(recording)
    mine = [one.core for one in proved if one.core.sha256 == found]
    if not mine:
        yield here(N_("%(path)s is not the recording that its core names."), path=name)
        return
    try:
        with open_ordinary(recording) as raw:
            rid = parse_header(raw.read(HEADER_BYTES) or b"").rid.hex()
        frames = digest(recording).frames
    except FileFormatError:
        yield here(
            N_("%(path)s has the digest that its core names, and is no recording."), path=name
        )
        return
    if any((core.recording, core.frames) != (rid, frames) for core in mine):
        yield here(
            N_("%(path)s is recording %(rid)s of %(count)s frames, and its core says otherwise."),
            path=name,
            rid=rid,
            count=frames,
        )


def _sha256(file: Path) -> str:
    with open_ordinary(file) as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def read_file(file: Path) -> bytes:
    """Return a file's bytes, or enough of them to see that it is too large."""
    with open_ordinary(file) as raw:
        return raw.read(MOST_BYTES + 1) or b""
