"""``zgoda unseal``: open one recording with the recovery sheet and a keyring, on any machine."""

import sys
import wave
from pathlib import Path

import click
import msgspec

from appliance.commands.helpers.clear_file import new_clear_file
from appliance.commands.helpers.offline_keys import load_keys
from appliance.errors import FileFormatError
from appliance.model.audio import RATE
from appliance.vault.disk import wipe
from appliance.vault.opening.unseal import Reader, read_header

_PIECE = 60 * RATE
"""Samples written at a time."""


@click.command(
    short_help="Write a recording's sound with sheet and keyring alone.",
    epilog="\b\nExample: zgoda unseal data/rec/3f… "
    "--sheet sheet.txt --keyring data/keyring.0 --out call.wav",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--sheet", required=True, help="The recovery sheet's text, or a file that holds it.")
@click.option(
    "--keyring",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A copy of the keyring.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The keyring's root; the file beside the keyring if not given.",
)
@click.option("--board-secret", default="", help="The file with the board's secret (level E1).")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The WAV file to write."
)
@click.option("--json", "as_json", is_flag=True, help="Print call and receipt as JSON.")
def command(
    file: Path,
    sheet: str,
    keyring: Path,
    root: Path | None,
    board_secret: str,
    out: Path,
    as_json: bool,
) -> None:
    """Write a recording's sound to a WAV file, with the recovery sheet and a keyring.

    What is damaged or was never recorded becomes silence. Nothing is written to the audit, so use
    it where there is no box left to ask.
    """
    keys = load_keys(sheet, keyring, root, board_secret)
    try:
        rid = read_header(file).rid.hex()
        recording = keys.recording(rid)
        if recording is None:
            raise FileFormatError("The keyring has no key for it: erased, or another office's.")
        with Reader.open(file, keys.reading, recording) as reader:
            told = {
                "recording": rid,
                "verdict": reader.survey.verdict,
                "seconds": reader.samples / RATE,
                "holes": reader.survey.holes,
                "damaged": reader.survey.damaged,
                "meta": None if 0 in reader.survey.damaged else reader.meta,
                "receipt": None if 1 in reader.survey.damaged else reader.receipt,
            }
            _write(reader, out)
    except FileFormatError as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(1)
    finally:
        wipe(keys.reading)
    if as_json:
        click.echo(msgspec.json.encode(told).decode())
    else:
        click.echo(f"{out}: {told['seconds']:.1f} s, {told['verdict']}.")


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
        raise click.UsageError(f"{out} cannot be written: {error.strerror}.") from error
