"""Run ``zgoda verify``: check that recordings are as they were sealed."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from appliance.commands.audit import BAD
from appliance.commands.helpers.call_rows import said_briefly, say_what_is_not_real
from appliance.commands.helpers.offline_keys import OfflineKeys, with_keys
from appliance.commands.helpers.options import json_option, print_json
from appliance.commands.helpers.refusals import told
from appliance.commands.helpers.terminal import here, verdict_word, word
from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.keeper.audit.check import AuditCheck, check
from appliance.keeper.audit.known import known_recordings
from appliance.keeper.audit.lines import readable
from appliance.language import N_, language_of, translated
from appliance.model.records import Unreal, Verdict
from appliance.model.words.calls import ORIGIN_NAMES, VERDICTS
from appliance.vault import ahead
from appliance.vault.layout import check_layout
from appliance.vault.opening.unseal import read_header
from appliance.vault.opening.verdicts import AuditFacts, CheckFinding, KeysAtHand, assess

MORE = N_("Nothing is wrong with its structure; more needs the activity log, or keys.")
FOREIGN = N_("This folder is not a data folder of the program Zgoda.")
GIVEN_UP = N_("Discarded during the call; the archive service erases it.")
HOLDS = N_("The activity log is complete and unchanged.")
OPENED, NOT_OPENED = N_("opened"), N_("not opened")
ORIGIN = N_("origin: %(origin)s")

_MADE = frozenset({Verdict.COMPLETE, Verdict.CUT, Verdict.DAMAGED})
"""Verdicts on a file that may be asked for its origin."""


class FileResult(Struct, frozen=True, kw_only=True):
    """The printed result for one file."""

    unreal: Unreal = ""  # of its line; empty too where its contents were not opened
    path: str
    well: bool
    why: str
    recording: str | None = None
    verdict: str | None = None  # None: no recording, or one that waits for its erasure
    contents: str = NOT_OPENED
    origin: str | None = None  # attested, not_attested; None where there is nothing to attest
    frames: int = 0


@click.command(
    short_help="Check that recordings are as they were sealed.",
    epilog="\b\nExample: zgoda verify data\n"
    "zgoda verify data --sheet sheet.txt --keyring data/keyring.0",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_keys(required=False)
@json_option
def command(paths: tuple[Path, ...], keys: OfflineKeys | None, as_json: bool) -> None:
    """Check that recordings, or all in a data folder, are as they were sealed.

    Without keys the command checks structure, digest and audit; with sheet and keyring also the
    contents. A copy outside its data folder has no audit beside it and is checked by itself. Exit
    code 1 unless all is well.
    """
    language = "en" if as_json else language_of(os.environ)
    rows = [row for path in paths for row in _rows(path, keys, language)]
    well = all(row.well for row in rows)
    if as_json:
        print_json({"well": well, "files": rows})
    else:
        say_what_is_not_real(row.unreal for row in rows)
        for row in rows:
            click.echo(_line(row))
    sys.exit(0 if well else 1)


def _rows(path: Path, keys: OfflineKeys | None, language: str) -> Iterator[FileResult]:
    """Check a data folder, or one file, and say why in a language."""
    if not path.is_dir():
        data = path.absolute().parent.parent
        check_layout(Folders(data))
        audited = (data / "audit").is_dir()
        row = _judge(path, _name(path), _known(data) if audited else {}, keys, language)
        if audited or keys or row.verdict != Verdict.CUT:
            yield row
        else:
            yield msgspec.structs.replace(row, verdict=None, why=translated(MORE, language))
        return
    folders = Folders(path)
    check_layout(folders)
    if not folders.recordings.is_dir():
        yield FileResult(path=str(path), well=False, why=translated(FOREIGN, language))
        return
    told = keys.audit if keys else None
    audit = check(folders.audit, told.first_key if told else None, told.anchor if told else None)
    yield _of_log(folders.audit, audit, language)
    known = _known(path)
    places = {
        rid: folders.recordings / rid for rid, one in known.items() if one.sealed or one.erased
    }
    places |= _not_taken_up(folders)
    files = folders.recordings.iterdir()
    places |= {file.name: file for file in files if not file.name.startswith(".")}
    for rid, place in sorted(places.items()):
        if (folders.withdrawn / rid).exists():
            yield FileResult(
                path=str(place),
                recording=rid,
                well=True,
                why=translated(GIVEN_UP, language),
            )
        else:
            yield _judge(place, rid, known, keys, language)


def _of_log(path: Path, log: AuditCheck, language: str) -> FileResult:
    """Return the result for the activity log: in English precisely what is wrong with it."""
    if log.sound:
        why = translated(HOLDS, language)
    elif language == "en":
        why = log.problem
    else:
        why = translated(BAD, language) % {"number": log.first_bad}
    return FileResult(path=str(path), well=log.sound, why=why)


def _not_taken_up(folders: Folders) -> dict[str, Path]:
    """Return what the recorder wrote and the keeper did not take up yet; not the empty files."""
    try:
        there = ahead.files(folders.new)
    except FileNotFoundError:
        return {}
    return {
        name: folders.new / name
        for name, about in there.items()
        if not (ahead.is_empty(about) and ahead.is_name(name))
    }


def _judge(
    path: Path,
    rid: str,
    known: Mapping[str, AuditFacts],
    keys: OfflineKeys | None,
    language: str,
) -> FileResult:
    mine = known.get(rid, AuditFacts())
    held = KeysAtHand(keys.recording(rid), keys.reading) if keys else None
    try:
        found = assess(path, mine, held)
    except (FileFormatError, OSError) as error:
        why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        return FileResult(
            path=str(path), well=False, why=why if language == "en" else told(error, language)
        )
    return FileResult(
        unreal=found.unreal,
        path=str(path),
        recording=rid,
        well=_well(found, mine),
        why=found.why if language == "en" else translated(VERDICTS[found.verdict][1], language),
        verdict=found.verdict.value,
        contents=found.contents,
        origin=found.origin.value if found.verdict in _MADE else None,
        frames=found.frames,
    )


def _well(found: CheckFinding, known: AuditFacts) -> bool:
    """Say whether all is well: complete, erased as ordered, or cut and taken in like that."""
    return found.verdict in {Verdict.COMPLETE, Verdict.SHREDDED} or (
        found.verdict is Verdict.CUT and known.sealed
    )


def _known(data: Path) -> dict[str, AuditFacts]:
    return known_recordings(entry for entry, _ in readable(Folders(data).audit))


def _name(path: Path) -> str:
    """Return a recording's rid, from its header since a copy may have any name."""
    try:
        return read_header(path).rid.hex()
    except (FileFormatError, OSError):
        return path.name


def _line(row: FileResult) -> str:
    """Return a row for people."""
    if row.verdict is None:
        return f"{said_briefly(row.unreal)}{row.path}: {row.why}"
    origin = f", {here(ORIGIN, origin=word(ORIGIN_NAMES, row.origin))}" if row.origin else ""
    contents = here(OPENED) if row.contents == OPENED else here(NOT_OPENED)
    said = here(
        N_("%(verdict)s, contents: %(contents)s"),
        verdict=verdict_word(row.verdict),
        contents=contents,
    )
    return f"{said_briefly(row.unreal)}{row.path}: {said}{origin}. {row.why}"
