"""Print certificates of erasures: as the keeper tells of them, or as a signed file says."""

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import click

from appliance.commands.helpers.options import print_json
from appliance.commands.helpers.proof_files import shown
from appliance.commands.helpers.refusals import said
from appliance.link.requests.calls import ErasureCertificate
from appliance.model.certificate import CertifiedErasure, HoldingMedium, Supplement
from appliance.model.proof import ProofReader
from appliance.vault.certificate import ReadCertificate

ORDERED_BY = {
    "person": "the person concerned",
    "office": "the office",
    "date": "the erasure date",
    "authority": "a court or an authority",
}

READERS = {
    ProofReader.CALLER: "the person concerned, or somebody else outside the office",
    ProofReader.AUTHORITY: "a court or an authority",
    ProofReader.OFFICE: "the office itself",
}

STATES = {
    "made_anew": "its copies were made anew without it",
    "destroyed": "destroyed, as the office says",
    "asked": "asked to erase it",
    "done": "erased it",
    "found": "found since, and to be erased by the same order",
    "erased": "erased by the same order",
    "finished": "finished; it contains the erasure",
}

ABOUT = {
    "recording": "another part of the call",
    "head": "the signed head behind it",
}
"""What a supplement is about -> what it is called; others are called by their id."""


REMAINS = {
    "flash_may_keep_root": "old blocks of the root key's file on the memory card",
    "flash_may_keep_root_under_board": "the same, of use only together with this very board",
    "backups": "backups made before, until the next one on the same medium",
    "backups_overwritten": "old blocks on a backup medium, which the recovery sheet would open",
    "exports": "files that were handed over before",
}
"""Word of a certificate -> sentence."""

KEPT = {
    "signed": "signed: --out writes the signed file",
    "waits": "not signed yet",
    "unreadable": "the certificate cannot be read; made from the activity log, not signed",
    "dropped": "a certificate was issued, but is not kept; made from the activity log, not signed",
    "unsigned": "made from the activity log, not signed",
}


def print_erasure(made: ErasureCertificate, as_json: bool) -> None:
    """Print how far an erasure came, and what was signed of it; exit with 1 if it failed."""
    if as_json:
        print_json(made, indent=2)
    else:
        at = datetime.fromtimestamp(made.at).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{made.recording}: {made.state}, {made.ground}, {at}")
        click.echo(KEPT[made.kept])
        for other in made.others:
            click.echo(f"{other}: another part of this call, erased together")
        click.echo(f"protection level {made.level}")
        for what in made.remains:
            click.echo(f"may remain: {REMAINS.get(what, what)}")
        if made.faults:
            click.echo(said(made.faults), err=True)
    if made.amiss:
        sys.exit(1)


def told_certificate(
    path: str, sentence: str, outcome: str, read: ReadCertificate | None
) -> dict[str, object]:
    """Return what is told of a certificate, for programs."""
    return {
        "path": path,
        "well": outcome == "whole",
        "outcome": outcome,
        "why": sentence,
        "fingerprint": read.fingerprint if read else None,
        "certificate": read.certificate if read else None,
        "supplements": read.supplements if read else (),
    }


def say_certificate(
    path: str,
    sentence: str,
    as_json: bool,
    *,
    outcome: str,
    read: ReadCertificate | None = None,
    more: Mapping[str, object] | None = None,
) -> None:
    """Print the outcome, and what a certificate says if it is whole."""
    if as_json:
        print_json(told_certificate(path, sentence, outcome, read) | dict(more or {}))
        return
    click.echo(f"{path}: {sentence}")
    if read is not None and outcome == "whole":
        for name, value in (*_rows(read.certificate), *map(_later, read.supplements)):
            click.echo(f"{name:<11} {shown(value)}")


def _rows(one: CertifiedErasure) -> Iterator[tuple[str, str]]:
    doubt = "" if one.clock_ok else ", by a clock that nobody had confirmed"
    yield "certificate", f"of an erasure, case {one.id}"
    yield "made for", READERS[one.reader]
    yield "controller", f"{one.controller}, {one.contact}"
    yield "ordered", f"{_moment(one.ordered_at)}{doubt}, wanted by {ORDERED_BY[one.by]}"
    yield "erased", f"{_moment(one.done_at)}{doubt}"
    yield "ground", one.ground
    if one.everything:
        count = "" if one.recordings is None else f", {one.recordings}"
        yield "recordings", f"all of the device{count}"
    for call in one.calls:
        day = "a day that is not known" if call.day is None else str(_day(call.day))
        length = "" if call.minutes is None else f", {call.minutes} min"
        line = "" if call.line is None else f", line {call.line}"
        yield "call", f"{day}{length}{line}: {' '.join(call.rids)}"
    for kept in one.kept:
        review = "" if kept.review is None else f", to be reviewed on {_day(kept.review)}"
        yield "not erased", f"one call, for {kept.reason}{review}"
    generation = "" if one.generation is None else f", keyring generation {one.generation}"
    yield "level", f"{one.level}{generation}"
    for medium in one.media:
        yield "may hold it", _medium(medium)
    for holder in one.holders:
        done = "" if holder.done is None else f", done on {_day(holder.done)}"
        yield "holder", f"{holder.id[:16]}, asked on {_day(holder.asked)}{done}"
    for word in one.remains:
        yield "may remain", word
    if one.reader is ProofReader.CALLER:
        yield "not shown", "what a law keeps back, people of the office, copies of others"
    yield "audit", one.erased.line or one.erased.hash


def _medium(medium: HoldingMedium) -> str:
    last = "" if medium.last is None else f", last copy on {_day(medium.last)}"
    due = "when the office makes it" if medium.next is None else f"by {_day(medium.next)}"
    return f"backup on a {medium.kind}, {medium.id[:16]}{last}, made anew {due}"


def _later(one: Supplement) -> tuple[str, str]:
    doubt = "" if one.clock_ok else ", by a clock that nobody had confirmed"
    what = ABOUT.get(one.about, f"{one.about} {one.id[:16]}")
    return f"as of {_day(one.day)}", f"{what}: {STATES[one.state]}{doubt}"


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
