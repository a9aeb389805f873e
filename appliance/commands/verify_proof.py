"""Run ``zgoda verify-proof``: check proofs of calls without the box that made them."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from appliance.commands.helpers.certificates import say_certificate, told_certificate
from appliance.commands.helpers.compared.comparing import ProofComparison, compared
from appliance.commands.helpers.compared.stories import NamedCertificate, NamedProof
from appliance.commands.helpers.options import EXISTING_FILE, json_option, print_json
from appliance.commands.helpers.proof_files import (
    read_file,
    typed_fingerprint,
    whole,
    why_bad,
    wrong_recording,
    wrong_sound,
)
from appliance.commands.helpers.proof_rows import annex_rows, recording_rows
from appliance.commands.helpers.terminal import print_rows, shown
from appliance.language import language_of
from appliance.model.proof import unreal_of
from appliance.model.records import Unreal, least_real
from appliance.model.sentences.heard import unreal_sentence
from appliance.model.sentences.witness import word
from appliance.vault.certificate import BEGINNING, BadCertificate, read_certificate
from appliance.vault.proof import BadProof, Proof, read_proof


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
@click.option(
    "--authority",
    "authorities",
    type=EXISTING_FILE,
    multiple=True,
    help="The certificate that a time-stamp authority publishes, a PEM file.",
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
    authorities: tuple[Path, ...],
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
    the call or the erasure, two hashes for one entry or day, an act that an annex leaves out, two
    certificates of one order, a recording that is certified as erased and is not. Between which
    moments a call was made, and who outside confirms it, is said and not judged. Time stamps
    beside a proof count once --authority gives the certificate that their authority publishes;
    one that does not lead there is exit code 1.

    Exit code 0 if all of that holds, 1 if not; one sentence says what does not. What was recorded
    on a simulated or virtual line is said first, and is exit code 1 without --simulated.
    """
    wanted = typed_fingerprint(fingerprint)
    proofs, certificates = _read_all(files, wanted, as_json)
    annexes = [named.proof.annex for named in proofs]
    recordings = [one for named in proofs for one in named.proof.recordings]
    wrong = [*wrong_sound(annexes, sound), *wrong_recording(recordings, recording)]
    if wrong:
        _say_one(proofs, certificates, wrong[0], as_json, outcome="other_file")
        sys.exit(1)
    unreal = least_real(map(_unreal, proofs))
    if unreal and not simulated:
        first = unreal_sentence(unreal, language_of(os.environ))
        named = next(each for each in proofs if _unreal(each) == unreal)
        _say(named.path, first, as_json, outcome=unreal, proof=named.proof)
        sys.exit(1)
    comparison = compared(proofs, certificates, heads, audit, authorities)
    if comparison.wrong:
        _say_wrong(proofs, certificates, comparison, as_json)
        sys.exit(1)
    _say_whole(proofs, certificates, comparison, as_json, compare=not wanted)


def _read_all(
    files: Sequence[Path], wanted: str, as_json: bool
) -> tuple[list[NamedProof], list[NamedCertificate]]:
    """Read proofs and certificates; exit with 1 at the first that is bad."""
    proofs, certificates = [], []
    for file in files:
        raw, name = read_file(file), shown(str(file))
        try:
            if raw.startswith(BEGINNING):
                certificates.append(NamedCertificate(name, read_certificate(raw, wanted)))
            else:
                proofs.append(NamedProof(name, read_proof(raw, wanted)))
        except BadCertificate as bad:
            say_certificate(name, why_bad(bad), as_json, outcome=bad.fault.value)
            sys.exit(1)
        except BadProof as bad:
            _say(file, why_bad(bad), as_json, outcome=bad.fault.value)
            sys.exit(1)
    return proofs, certificates


def _say_wrong(
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    comparison: ProofComparison,
    as_json: bool,
) -> None:
    """Print all that contradicts itself."""
    language = language_of(os.environ)
    sentences = list(dict.fromkeys(one.sentence(language) for one in comparison.wrong))
    if not as_json:
        for sentence in sentences:
            click.echo(shown(sentence))
        return
    more, outcome = {"evidence": comparison.wrong}, comparison.outcome
    _say_one(proofs, certificates, sentences[0], True, outcome=outcome, more=more)


def _say_one(
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    sentence: str,
    as_json: bool,
    *,
    outcome: str,
    more: Mapping[str, object] | None = None,
) -> None:
    """Print what is wrong with all files together, under the name of the first."""
    if proofs:
        first = proofs[0]
        _say(first.path, sentence, as_json, outcome=outcome, proof=first.proof, more=more)
    else:
        path, read = certificates[0].path, certificates[0].read
        say_certificate(path, sentence, as_json, outcome=outcome, read=read, more=more or {})


def _unreal(named: NamedProof) -> Unreal:
    """Return why a call was made on no telephone line."""
    return unreal_of(named.proof.recordings)


def _sentence(named: NamedProof, compare: bool) -> str:
    """Return for programs that a proof is whole; first that its line was none, if so."""
    said = whole(named.proof.fingerprint, compare)
    unreal = _unreal(named)
    return f"{unreal_sentence(unreal, language_of(os.environ))} {said}" if unreal else said


def _say_whole(
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    comparison: ProofComparison,
    as_json: bool,
    *,
    compare: bool,
) -> None:
    """Print who outside is a witness, then what each file says, then how wide its time is."""
    language = language_of(os.environ)
    witness, *said = (one.sentence(language) for one in comparison.said)
    more = {"evidence": comparison.said}
    if as_json and len(proofs) + len(certificates) > 1:
        _say_several(proofs, certificates, comparison, witness, compare=compare)
        return
    if not as_json:
        for named in filter(_unreal, proofs):
            click.echo(f"{shown(named.path)}: {unreal_sentence(_unreal(named), language)}")
        click.echo(witness)
    for one in proofs:
        sentence = _sentence(one, compare) if as_json else whole(one.proof.fingerprint, compare)
        _say(one.path, sentence, as_json, outcome="whole", proof=one.proof, more=more)
    for each in certificates:
        sentence = whole(each.read.fingerprint, compare)
        say_certificate(each.path, sentence, as_json, outcome="whole", read=each.read, more=more)
    if not as_json:
        _say_behind(said, comparison if proofs else None)


def _say_behind(said: Sequence[str], comparison: ProofComparison | None) -> None:
    """Print what comes last: how wide the time is, and whose word a sheet is."""
    for sentence in said:
        click.echo(shown(sentence))
    if comparison is not None:
        day = comparison.witness.day if comparison.witness is not None else ""
        click.echo(shown(word(language_of(os.environ), day, comparison.stamps)))


def _say_several(
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    comparison: ProofComparison,
    witness: str,
    *,
    compare: bool,
) -> None:
    """Print what several files say, for programs."""
    proved = [_told(one.path, _sentence(one, compare), "whole", one.proof) for one in proofs]
    erased = [
        told_certificate(one.path, whole(one.read.fingerprint, compare), "whole", one.read)
        for one in certificates
    ]
    said: dict[str, object] = {"well": True, "outcome": "whole", "why": witness}
    said |= {"proofs": proved, "certificates": erased, "evidence": comparison.said}
    print_json(said)


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
            print_rows(recording_rows(one))
        print_rows(annex_rows(proof.annex))
