"""Run ``zgoda verify-proof``: check proofs of calls without the box that made them."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from appliance.commands.helpers.certificates import check_certificate
from appliance.commands.helpers.comparing import ProofComparison, compared
from appliance.commands.helpers.options import EXISTING_FILE, json_option, print_json
from appliance.commands.helpers.proof_files import (
    read_file,
    shown,
    typed_fingerprint,
    wrong_recording,
    wrong_sound,
)
from appliance.commands.helpers.stories import NamedProof
from appliance.language import language_of
from appliance.model.audio import RATE
from appliance.model.proof import (
    CopyGiven,
    KeptUntil,
    Listening,
    ProofAnnex,
    ProofReader,
    ProvedRecording,
)
from appliance.model.records import least_real
from appliance.model.rule import HeardThrough, SealedRule
from appliance.model.sentences.heard import unreal_sentence
from appliance.model.sentences.witness import word
from appliance.vault.certificate import BEGINNING
from appliance.vault.proof import BadProof, Proof, read_proof

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


@click.command(
    short_help="Check calls' proofs without the box.",
    epilog="\b\nExample: zgoda verify-proof call.proof.jsonl "
    "--fingerprint 4FA0C1…\n"
    "zgoda verify-proof call.proof.jsonl --sound call.wav\n"
    "zgoda verify-proof first.proof.jsonl second.proof.jsonl --head kept.head.json --audit audit",
)
@click.argument("files", type=EXISTING_FILE, nargs=-1, required=True)
@click.option(
    "--fingerprint", help="The proof key's fingerprint, as the recovery sheet's page names it."
)
@click.option("--sound", type=EXISTING_FILE, help="A sound file that was handed over with it.")
@click.option("--recording", type=EXISTING_FILE, help="A copy of the sealed recording itself.")
@click.option(
    "--head",
    "heads",
    type=EXISTING_FILE,
    multiple=True,
    help="A signed head that somebody outside kept: a file, or the lines of a mail.",
)
@click.option(
    "--audit",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the box's whole activity log.",
)
@click.option("--simulated", is_flag=True, help="Let a line count that was no telephone line.")
@json_option
def command(
    files: tuple[Path, ...],
    fingerprint: str | None,
    sound: Path | None,
    recording: Path | None,
    heads: tuple[Path, ...],
    audit: Path | None,
    simulated: bool,
    as_json: bool,
) -> None:
    """Check proof sheets' signed files: every signature, and that their parts belong together.

    A certificate of erasure is checked in the same way, with its supplements.

    It needs neither the box nor a network. --fingerprint says which box must have signed them;
    without it, compare what is printed with the recovery sheet's page. --sound compares a sound
    file with the copies that the annex lists, --recording a copy of the sealed recording with the
    core.

    Several files, signed heads that somebody outside kept (--head) and the box's activity log
    (--audit) are held against each other: an order that cannot be, a head that does not contain
    the call, two hashes for one entry or day, an act that an annex leaves out. Between which
    moments a call was made, and who outside confirms it, is said and not judged.

    Exit code 0 if all of that holds, 1 if not; one sentence says what does not. What was recorded
    on a simulated or virtual line is said first, and is exit code 1 without --simulated.
    """
    wanted = typed_fingerprint(fingerprint)
    if not (proofs := list(_proofs(files, wanted, as_json))):
        return
    annexes = [named.proof.annex for named in proofs]
    recordings = [one for named in proofs for one in named.proof.recordings]
    wrong = [*wrong_sound(annexes, sound), *wrong_recording(recordings, recording)]
    if wrong:
        _say(proofs[0].path, wrong[0], as_json, outcome="other_file", proof=proofs[0].proof)
        sys.exit(1)
    unreal = least_real(one.rule.heard.unreal for one in recordings)
    first = unreal_sentence(unreal, language_of(os.environ))
    if unreal and not simulated:
        _say(proofs[0].path, first, as_json, outcome=unreal, proof=proofs[0].proof)
        sys.exit(1)
    comparison = compared(proofs, heads, audit)
    if comparison.wrong:
        _say_wrong(proofs, comparison, as_json)
        sys.exit(1)
    _say_whole(proofs, comparison, as_json, first, compare=not wanted)


def _proofs(files: Sequence[Path], wanted: str, as_json: bool) -> Iterator[NamedProof]:
    """Read proofs, and check certificates among them; exit with 1 at the first that is bad."""
    for file in files:
        raw = read_file(file)
        if raw.startswith(BEGINNING):
            check_certificate(file, raw, wanted, as_json=as_json)
            continue
        try:
            yield NamedProof(shown(str(file)), read_proof(raw, wanted))
        except BadProof as bad:
            _say(file, str(bad), as_json, outcome=bad.fault.value)
            sys.exit(1)


def _say_wrong(proofs: Sequence[NamedProof], comparison: ProofComparison, as_json: bool) -> None:
    """Print all that contradicts itself."""
    language = language_of(os.environ)
    sentences = list(dict.fromkeys(one.sentence(language) for one in comparison.wrong))
    if as_json:
        more = {"evidence": comparison.wrong}
        outcome, first = comparison.outcome, proofs[0]
        _say(first.path, sentences[0], True, outcome=outcome, proof=first.proof, more=more)
        return
    for sentence in sentences:
        click.echo(shown(sentence))


def _say_whole(
    proofs: Sequence[NamedProof],
    comparison: ProofComparison,
    as_json: bool,
    first: str,
    *,
    compare: bool,
) -> None:
    """Print who outside is a witness, then what each proof says, then how wide its time is."""
    language = language_of(os.environ)
    witness, *said = (one.sentence(language) for one in comparison.said)
    more = {"evidence": comparison.said}
    if as_json and len(proofs) > 1:
        named = [_told(one.path, _whole(one.proof, compare), "whole", one.proof) for one in proofs]
        print_json({"well": True, "outcome": "whole", "why": witness, "proofs": named, **more})
        return
    if not as_json:
        if first:
            click.echo(f"{proofs[0].path}: {first}")
        click.echo(witness)
    for one in proofs:
        sentence = _whole(one.proof, compare)
        if as_json:
            sentence = " ".join(filter(None, (first, sentence)))
        _say(one.path, sentence, as_json, outcome="whole", proof=one.proof, more=more)
    if not as_json:
        for sentence in said:
            click.echo(shown(sentence))
        day = comparison.witness.day if comparison.witness is not None else ""
        click.echo(word(language, day))


def _whole(proof: Proof, compare: bool) -> str:
    if not compare:
        return "It is whole, and the device of this fingerprint signed it."
    groups = [proof.fingerprint[at : at + 8] for at in range(0, 64, 8)]
    return (
        "It is whole, and one device signed all of it. Compare its fingerprint with the "
        f"recovery sheet's page: {' '.join(groups)}"
    )


def _told(file: Path | str, sentence: str, outcome: str, proof: Proof | None) -> dict[str, object]:
    return {
        "path": str(file),
        "well": outcome == "whole",
        "outcome": outcome,
        "why": sentence,
        "fingerprint": proof.fingerprint if proof else None,
        "recordings": proof.recordings if proof else (),
        "annex": proof.annex if proof else None,
    }


def _say(
    file: Path | str,
    sentence: str,
    as_json: bool,
    *,
    outcome: str,
    proof: Proof | None = None,
    more: Mapping[str, object] | None = None,
) -> None:
    """Print the outcome; what a proof says only if it is one."""
    if as_json:
        print_json(_told(file, sentence, outcome, proof) | dict(more or {}))
        return
    click.echo(f"{shown(str(file))}: {sentence}")
    if proof is not None and outcome == "whole":
        for one in proof.recordings:
            for name, value in _rows(one):
                click.echo(f"{name:<11} {shown(value)}")
        for name, value in _annex_rows(proof.annex):
            click.echo(f"{name:<11} {shown(value)}")


def _rows(one: ProvedRecording) -> Iterator[tuple[str, str]]:
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


def _annex_rows(annex: ProofAnnex) -> Iterator[tuple[str, str]]:
    doubt = "" if annex.clock_ok else ", by a clock that nobody had confirmed"
    yield "annex of", f"{_moment(annex.made_at)}{doubt}"
    yield "made for", READERS[annex.reader]
    for kept in annex.kept:
        yield "kept", f"{kept.recording}: {_until(kept)}"
        yield "origin", ORIGINS[kept.attested]
    for rid in annex.unreadable:
        yield "unreadable", f"{rid}: another part of this call, which this proof does not show"
    for names in annex.speakers or ():
        if names.whole is None:
            yield "spoke", f"the list of those who speak for the office is {names.readable}"
            continue
        for person in names.whole.people:
            yield "spoke", f"{person.name}, agreed on {_day(person.day)}"
        yield "vouched", f"{names.whole.by}, {_day(names.whole.day)}"
    yield from _listened_rows(annex)
    yield from _copy_rows(annex)
    if annex.reader is ProofReader.CALLER:
        yield "not shown", "what a law keeps back, people of the office, copies of others"
        yield "audit", annex.audit_hash
    else:
        yield "audit", f"entry {annex.audit_seq}, {annex.audit_hash}"


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
