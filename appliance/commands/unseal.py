"""Run ``zgoda unseal``: open a recording or a ledger with sheet and keyring, anywhere."""

import sys
import wave
from pathlib import Path

import click
import msgspec

from appliance.commands.helpers.call_rows import say_first
from appliance.commands.helpers.clear_file import new_clear_file, write_new_clear_file
from appliance.commands.helpers.offline_keys import OfflineKeys, with_keys
from appliance.commands.helpers.offline_words import reasons
from appliance.commands.helpers.options import EXISTING_FILE, json_option, print_json
from appliance.commands.helpers.refusals import said_of, told
from appliance.commands.helpers.terminal import decimal, here, verdict_word, word
from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.keeper.audit.known import known_recordings
from appliance.keeper.audit.lines import about
from appliance.language import N_
from appliance.model.audio import RATE
from appliance.model.records import Origin
from appliance.model.sentences.faults import in_words
from appliance.model.words.calls import ORIGIN_NAMES
from appliance.vault.layout import check_layout
from appliance.vault.opening.unseal import Reader, read_header
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.origin import fingerprint

LEDGER = "ledger"
"""The ledger's name in every data folder."""

REASONS_WRITTEN = N_(
    "%(path)s: holds: %(holds)s, erasures: %(erasures)s, copies: %(copies)s, cases: %(cases)s, "
    "purposes taken back: %(ended)s, notes: %(notes)s, without words: %(shut)s."
)

_PIECE = 60 * RATE
"""Samples written at a time."""


def _of_known_layout(_: click.Context, __: click.Parameter, file: Path) -> Path:
    """Refuse a file in a data folder of another layout, before any key is asked for."""
    folder = file.absolute().parent
    check_layout(Folders(folder if file.name == LEDGER else folder.parent))
    return file


@click.command(
    short_help="Open a recording or a ledger's words with sheet and keyring.",
    epilog="\b\nExample: zgoda unseal data/rec/3f… "
    "--sheet sheet.txt --keyring data/keyring.0 --out call.wav\n"
    "Example: zgoda unseal data/ledger "
    "--sheet sheet.txt --keyring data/keyring.0 --out reasons.json",
)
@click.argument("file", type=EXISTING_FILE, callback=_of_known_layout)
@with_keys(required=True)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The WAV or JSON file to write."
)
@json_option
def command(file: Path, keys: OfflineKeys, out: Path, as_json: bool) -> None:
    """Write a recording's sound to a WAV file, with the recovery sheet and a keyring.

    Damaged and missing stretches become silence. FILE may also be a data folder's "ledger": then
    holds, erasures by hand, copies that were handed out, cases, purposes taken back and notes
    become a JSON file, with the words that were typed.

    Nothing is written to the audit, so use this command only if there is no box left that can
    export the recording or show the words.
    """
    try:
        if file.name == LEDGER:
            _write_reasons(file, keys, out, as_json)
            return
        rid = read_header(file).rid.hex()
        recording = keys.recording(rid)
        if recording is None:
            raise FileFormatError(in_words("key_not_there"))
        with Reader.open(file, keys.reading, recording) as reader:
            origin = _origin(file, rid, reader.signer, keys)
            seconds = reader.samples / RATE
            found = {
                "unreal": reader.unreal,
                "recording": rid,
                "verdict": reader.survey.verdict,
                "seconds": seconds,
                "holes": reader.survey.holes,
                "damaged": reader.survey.damaged,
                "meta": None if 0 in reader.survey.damaged else reader.meta,
                "receipt": None if 1 in reader.survey.damaged else reader.receipt,
                "rule": reader.survey.rule,
                "origin": origin,
                "signer": fingerprint(reader.signer),
            }
            _write(reader, out)
    except FileFormatError as error:
        click.echo(f"{file}: {told(error)}", err=True)
        sys.exit(1)
    if as_json:
        print_json(found)
    else:
        say_first(reader.unreal, known=reader.survey.rule is not None)
        said = here(
            N_("%(path)s: %(seconds)s s, %(verdict)s, origin: %(origin)s."),
            path=out,
            seconds=decimal(seconds),
            verdict=verdict_word(reader.survey.verdict),
            origin=word(ORIGIN_NAMES, origin),
        )
        click.echo(said)


def _write_reasons(ledger: Path, keys: OfflineKeys, out: Path, as_json: bool) -> None:
    """Write what a ledger says of holds, erasures, copies, cases, purposes taken back and notes."""
    found = reasons(ledger, keys)
    raw = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
    write_new_clear_file(out, [raw])
    said = [one["words"] for kind in found.values() for one in kind if "words" in one]
    shut = sum(words is None for words in said)
    if as_json:
        print_json({name: len(kind) for name, kind in found.items()} | {"without_words": shut})
    else:
        counts = {name: len(kind) for name, kind in found.items()}
        click.echo(here(REASONS_WRITTEN, path=out, shut=shut, **counts))


def _origin(file: Path, rid: str, signer: bytes, keys: OfflineKeys) -> Origin:
    """Say whether the keyring names the key that signed, or the audit in the same data folder.

    The keyring keeps the newest keys alone, so a copy without its audit may not tell.
    """
    audit = Folders(file.absolute().parent.parent).audit
    named = known_recordings(about(audit, rid))
    known = named.get(rid, AuditFacts()).origin == fingerprint(signer)
    met = fingerprint(signer) in keys.origins
    return Origin.ATTESTED if known or met else Origin.NOT_ATTESTED


def _write(reader: Reader, out: Path) -> None:
    """Write all channels as 16-bit PCM to a new file that only its owner may read."""
    try:
        with new_clear_file(out) as file, wave.open(file, "wb") as sound:
            sound.setnchannels(reader.channels)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            for start in range(0, reader.samples, _PIECE):
                count = min(_PIECE, reader.samples - start)
                sound.writeframes(reader.read(start, count).T.astype("<i2").tobytes())
    except OSError as error:
        raise click.UsageError(
            said_of("file_unwritten", path=out, detail=error.strerror)
        ) from error
