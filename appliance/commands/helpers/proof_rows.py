"""Print what proofs say, for ``zgoda verify-proof``."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from appliance.model.audio import RATE
from appliance.model.proof import (
    CopyGiven,
    KeptUntil,
    Listening,
    ProofAnnex,
    ProofReader,
    ProvedRecording,
    SpeakerNames,
)
from appliance.model.rule import HeardThrough, SealedRule

GRADES = {
    "A": "the caller's own: caller and office were heard apart from each other",
    "B": "the caller's own: it was none of the office's phones, each of which was enrolled",
    "C": "the caller's own by its level alone",
}

ORIGINS = {
    True: "sealed by the recording process that this device knew",
    False: "nothing says which process sealed it",
}
"""Whether a recording is attested -> what that says."""

READERS = {
    ProofReader.CALLER: "the caller, or somebody else outside the office",
    ProofReader.AUTHORITY: "a court or an authority",
    ProofReader.OFFICE: "the office itself",
}


def recording_rows(one: ProvedRecording) -> Iterator[tuple[str, str]]:
    """Yield what is printed of a recording, each with what it is."""
    meta, receipt, rule = one.meta, one.receipt, one.rule
    says = {purpose.id: purpose for purpose in rule.purposes}

    def words(purposes: tuple[str, ...]) -> str:
        return ", ".join(says[p].says or p if p in says else p for p in purposes)

    doubt = "" if meta.clock_ok else ", by a clock that was not set"
    yield "recording", one.core.recording
    yield "call", f"{meta.direction}, {_moment(meta.started_at)}{doubt}, line {meta.line}"
    yield from _heard(rule.heard)
    yield "with", " ".join(filter(None, (meta.number, meta.name))) or "unknown"
    yield "length", f"{one.core.samples / RATE:.1f} s, ended: {one.core.ended}"
    yield "controller", f"{rule.controller}, {rule.contact}"
    for said in receipt.said:
        text = next((w.text for w in rule.words if w.prompt_sha256 == said.prompt_sha256), "")
        yield "heard", f"{said.spoken}: {text or 'the office spoke it itself'}"
    if receipt.outcome == "agreed":
        yield "key", f"{receipt.key}, {GRADES.get(receipt.grade or '', 'of no grade')}"
        yield "agreed to", words(receipt.purposes)
    else:
        yield "notice", words(receipt.purposes)
    yield from _rule_rows(rule)
    if receipt.refused:
        yield "not agreed", words(receipt.refused)
    for end in one.core.withdrawn:
        yield "withdrawn", f"{words(end.purposes)}, at {end.sample / RATE:.1f} s"


def _rule_rows(rule: SealedRule) -> Iterator[tuple[str, str]]:
    for purpose in rule.purposes:
        needed = f", to {purpose.contract_to} it" if purpose.contract_to else ""
        yield "basis", f"{purpose.says or purpose.id}: {purpose.basis}{needed}"
        if purpose.kinds:
            kinds = ", ".join(purpose.kinds)
            reason = f"; {purpose.care_reason}" if purpose.care_reason else ""
            yield "sensitive", f"{purpose.says or purpose.id}: {kinds}{reason}"
    if rule.recipients.says or rule.recipients.answer:
        yield "recipients", rule.recipients.says or "nobody"
    if rule.speakers is not None:
        said = f"{rule.speakers.count} on the list of those who speak for the office"
        yield "speakers", f"{said}, vouched for on {_day(rule.speakers.day)}"
    if rule.officer or rule.officer_says:
        yield "officer", rule.officer or rule.officer_says


def _heard(heard: HeardThrough) -> Iterator[tuple[str, str]]:
    for role, part in heard.parts.items():
        yield f"{role} by", " ".join(filter(None, (part.driver, part.bus, part.device)))


def annex_rows(annex: ProofAnnex) -> Iterator[tuple[str, str]]:
    """Yield what is printed of an annex, likewise."""
    doubt = "" if annex.clock_ok else ", by a clock that nobody had confirmed"
    yield "annex of", f"{_moment(annex.made_at)}{doubt}"
    yield "made for", READERS[annex.reader]
    for kept in annex.kept:
        yield "kept", f"{kept.recording}: {_until(kept)}"
        yield "origin", ORIGINS[kept.attested]
    for rid in annex.unreadable:
        yield "unreadable", f"{rid}: another part of this call, which this proof does not show"
    for names in annex.speakers or ():
        yield from _speaker_rows(names)
    yield from _listened_rows(annex)
    yield from _copy_rows(annex)
    if annex.reader is ProofReader.CALLER:
        yield "not shown", "what a law keeps back, people of the office, copies of others"
        yield "audit", annex.audit_hash
    else:
        yield "audit", f"entry {annex.audit_seq}, {annex.audit_hash}"


def _speaker_rows(names: SpeakerNames) -> Iterator[tuple[str, str]]:
    if names.whole is None:
        yield "spoke", f"the list of those who speak for the office is {names.readable}"
    else:
        for person in names.whole.people:
            yield "spoke", f"{person.name}, agreed on {_day(person.day)}"
        yield "vouched", f"{names.whole.by}, {_day(names.whole.day)}"
    if names.ended is not None:
        doubt = "" if names.ended.clock_ok else ", by a clock that nobody had confirmed"
        yield "list ended", f"{_moment(names.ended.at)}{doubt}, entry {names.ended.seq}"


def _listened_rows(annex: ProofAnnex) -> Iterator[tuple[str, str]]:
    if annex.listened_earlier:
        yield "listened", f"{_earlier(annex.listened_earlier)} not listed here"
    unnamed = "purpose not noted" if annex.reader is not ProofReader.CALLER else "purpose not shown"
    for one in annex.listened:
        stopped = ", stopped: the recording was changed" if one.stopped else ""
        yield "listened", f"{_who(one)}, {one.purpose or unnamed}{stopped}"
    if not annex.listened:
        yield "listened", "nobody is listed"


def _copy_rows(annex: ProofAnnex) -> Iterator[tuple[str, str]]:
    if annex.reader is ProofReader.CALLER:
        kinds = [recipient or "somebody not noted" for recipient in annex.recipients]
        yield "copies for", ", ".join(kinds) or "nobody is listed"
    if annex.copies_earlier:
        yield "copy", f"{_earlier(annex.copies_earlier)} not listed here"
    for copy in annex.copies:
        yield "copy", f"{_who(copy)}, for {_whom(copy)}; {_bytes(copy)}"
    if not annex.copies:
        yield "copy", "none is listed"


def _until(kept: KeptUntil) -> str:
    if kept.held:
        return "held on a legal ground, until the hold is lifted"
    if kept.due_day is None:
        return "erased after a day that is not known yet"
    unless = ", unless a law keeps it longer" if kept.held is None else ""
    return f"erased after {_day(kept.due_day)}{unless}"


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _who(one: Listening | CopyGiven) -> str:
    doubt = "" if one.clock_ok else ", by a clock that was not set"
    person = one.name or one.operator
    return f"{_moment(one.at)}{doubt}" + (f", {person}" if person else "")


def _whom(copy: CopyGiven) -> str:
    unread = {"locked": "(the words are locked)", "lost": "(the words are lost)"}
    words = copy.words or unread.get(copy.readable or "", "")
    whom = " ".join(filter(None, (copy.recipient or "somebody not noted", words)))
    paper = [
        f"{name} {text}"
        for name, text in (
            ("file number", copy.file_number),
            ("basis", copy.legal_basis),
            ("signed by", copy.signed_by),
        )
        if text
    ]
    if copy.silent_until is not None:
        paper.append(f"silent until {_day(copy.silent_until)}")
    return ", ".join([whom, *paper])


def _bytes(copy: CopyGiven) -> str:
    """Return which bytes a copy has, or that nobody knows; one without a digest is not whole."""
    if copy.sha256 is None:
        return "not finished" if copy.form else "its bytes are not known"
    return " ".join(filter(None, (copy.form, f"{copy.size} bytes, SHA-256 {copy.sha256}")))


def _earlier(count: int) -> str:
    return "1 earlier time is" if count == 1 else f"{count} earlier times are"


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
