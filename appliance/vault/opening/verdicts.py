"""Judge a recording: one of seven verdicts, with or without keys."""

from dataclasses import dataclass, replace
from pathlib import Path

from appliance.model.audio import RATE
from appliance.model.records import Origin, Unreal, Verdict
from appliance.vault.disk import open_ordinary
from appliance.vault.format import (
    HEADER_BYTES,
    ORIGIN_BYTES,
    SIGNED_BYTES,
    FormatFault,
    Malformed,
    parse_header,
)
from appliance.vault.opening.digest import Digest, digest
from appliance.vault.opening.survey import Survey
from appliance.vault.opening.unseal import Reader
from appliance.vault.origin import fingerprint, is_signed

_ERASING = "Being erased: its key is gone, the old root is about to go."


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """The audit's knowledge of a recording."""

    sealed_frames: int | None = None
    sealed_sha256: str | None = None
    sealed_head: str | None = None  # of the header alone; None in entries of earlier versions
    origin: str | None = None  # fingerprint of the key that signed it, if the keeper met that key
    erased: bool = False
    erasing: bool = False  # begun and neither finished nor failed

    @property
    def sealed(self) -> bool:
        """Say whether the audit has a ``sealed`` entry."""
        return self.sealed_sha256 is not None


@dataclass(frozen=True, slots=True)
class KeysAtHand:
    """The keys at hand: those of an open keyring, and the reading key unless locked."""

    recording: bytes | None  # None: the keyring has no key for this recording
    reading: bytes | bytearray | None = None  # None: locked


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """A verdict and the reason for it."""

    verdict: Verdict
    why: str
    frames: int = 0
    sha256: str = ""
    survey: Survey | None = None  # None: contents not opened
    origin: Origin = Origin.NOT_ATTESTED
    unreal: Unreal = ""  # of its line; empty too where the contents or the rule were not read

    @property
    def contents(self) -> str:
        """Say whether the contents were opened."""
        return "opened" if self.survey else "not opened"


def is_overwritten(path: Path) -> bool:
    """Say whether a withdrawal has overwritten a recording's header with zeros."""
    with open_ordinary(path) as file:
        header = file.read(HEADER_BYTES)
    return len(header) == HEADER_BYTES and not any(header)


def assess(path: Path, known: AuditFacts, keys: KeysAtHand | None = None) -> CheckFinding:
    """Judge one recording.

    Args:
        path: the file, there or not.
        known: what the audit says about it.
        keys: None without a keyring; then structure, digest and audit alone decide.

    Raises:
        Malformed: foreign or of an unknown version, and unknown to the audit.
    """
    if not path.exists():
        return _absent(known, keys)
    if known.erased or (keys and keys.recording is None):
        return _keyless(known, keys)
    return _present(path, known, keys, digest(path))


def _present(path: Path, known: AuditFacts, keys: KeysAtHand | None, found: Digest) -> CheckFinding:
    """Judge an existing file that was not erased, and say who made it."""
    with open_ordinary(path) as file:
        raw = file.read(HEADER_BYTES) or b""
    judged = _judged(path, raw, known, keys, found)
    return replace(judged, origin=_origin(raw, known, judged.verdict))


def _origin(raw: bytes, known: AuditFacts, verdict: Verdict) -> Origin:
    """Say whether the recorder made a file: the audit names its key, and the signature fits."""
    if known.origin is None or verdict is Verdict.TAMPERED or len(raw) < HEADER_BYTES:
        return Origin.NOT_ATTESTED
    signer = raw[SIGNED_BYTES : SIGNED_BYTES + ORIGIN_BYTES]
    attested = known.origin == fingerprint(signer) and is_signed(raw)
    return Origin.ATTESTED if attested else Origin.NOT_ATTESTED


def _judged(
    path: Path, raw: bytes, known: AuditFacts, keys: KeysAtHand | None, found: Digest
) -> CheckFinding:
    if known.sealed and (known.sealed_frames, known.sealed_sha256) != (found.frames, found.sha256):
        frames = f"{found.frames} frames instead of {known.sealed_frames}"
        return _finding(Verdict.TAMPERED, f"It is not the file that was sealed: {frames}.", found)
    try:
        header = parse_header(raw)
    except Malformed as error:
        return _headless(path, known, found, error)
    if path.name != header.rid.hex() and _is_rid(path.name):
        return _finding(Verdict.TAMPERED, "It stands under another recording's name.", found)
    if keys is None or keys.reading is None or keys.recording is None:
        return _unopened(raw, known, found)
    return _opened(path, found, keys.reading, keys.recording)


def _absent(known: AuditFacts, keys: KeysAtHand | None) -> CheckFinding:
    """Judge a recording without a file."""
    if known.erased:
        return CheckFinding(Verdict.SHREDDED, "Erased, as the audit says.")
    if known.erasing and not (keys and keys.recording):
        return CheckFinding(Verdict.SHREDDED, _ERASING)
    return CheckFinding(Verdict.MISSING, "It is not there, and was not erased.")


def _keyless(known: AuditFacts, keys: KeysAtHand | None) -> CheckFinding:
    """Judge a file whose key is gone or should be."""
    if known.erased and keys and keys.recording is not None:
        return CheckFinding(
            Verdict.TAMPERED, "The audit says erased, but its key is in the keyring."
        )
    if known.erased:
        return CheckFinding(Verdict.SHREDDED, "Erased, as the audit says; the file is left over.")
    if known.erasing:
        return CheckFinding(Verdict.SHREDDED, _ERASING)
    return CheckFinding(Verdict.KEY_LOST, "Its key is not in the keyring, and it was not erased.")


def _headless(path: Path, known: AuditFacts, found: Digest, error: Malformed) -> CheckFinding:
    """Judge a file whose header cannot be read."""
    if error.failure is FormatFault.SHORT:
        return _finding(Verdict.CUT, "It was cut before anything was recorded.", found)
    if is_overwritten(path):
        return _finding(Verdict.DAMAGED, "Its header is overwritten: nothing opens it.", found)
    if not known.sealed and error.failure in {FormatFault.FOREIGN, FormatFault.VERSION}:
        raise error
    return _finding(Verdict.DAMAGED, str(error), found)


def _unopened(raw: bytes, known: AuditFacts, found: Digest) -> CheckFinding:
    if not is_signed(raw):
        return _finding(Verdict.TAMPERED, "Its header is altered or forged: no signature.", found)
    if known.sealed:
        return _finding(Verdict.COMPLETE, "It is the file that was sealed.", found)
    return _finding(
        Verdict.CUT, "The audit does not know it yet: in progress, or cut and not taken up.", found
    )


def _opened(
    path: Path, found: Digest, reading: bytes | bytearray, recording: bytes
) -> CheckFinding:
    try:
        with Reader.open(path, reading, recording) as reader:
            survey, unreal = reader.survey, reader.unreal
    except Malformed as error:
        altered = error.failure in {FormatFault.TICKET, FormatFault.MAC, FormatFault.ORIGIN}
        return _finding(Verdict.TAMPERED if altered else Verdict.DAMAGED, str(error), found)
    return CheckFinding(
        survey.verdict, _explain(survey), found.frames, found.sha256, survey, unreal=unreal
    )


def _explain(survey: Survey) -> str:
    """Sum a survey up in one sentence."""
    minutes, seconds = divmod(survey.samples // RATE, 60)
    if survey.verdict is Verdict.COMPLETE:
        return f"Whole, {minutes}:{seconds:02} long."
    if survey.verdict is Verdict.CUT:
        return f"Cut at {minutes}:{seconds:02}."
    where = ", ".join(str(index) for index in survey.damaged[:10])
    if survey.damaged:
        return f"Damaged frames: {where}{' and more' if len(survey.damaged) > 10 else ''}."
    return f"{survey.junk} frames at the end do not open."


def _is_rid(name: str) -> bool:
    return len(name) == 32 and set(name) <= set("0123456789abcdef")


def _finding(verdict: Verdict, why: str, found: Digest) -> CheckFinding:
    return CheckFinding(verdict, why, found.frames, found.sha256)
