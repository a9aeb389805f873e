"""Print certificates of erasures: as the keeper tells of them, or as a signed file says."""

import sys
from collections.abc import Iterator, Mapping

import click
from msgspec import to_builtins

from appliance.clock import local_minute
from appliance.commands.helpers.options import print_json
from appliance.commands.helpers.refusals import said
from appliance.commands.helpers.terminal import (
    NOT_SHOWN,
    UNCONFIRMED,
    day,
    here,
    moment,
    print_rows,
    word,
)
from appliance.language import N_
from appliance.link.requests.calls import ErasureCertificate
from appliance.model import papers
from appliance.model.certificate import CertifiedErasure, HoldingMedium, Supplement
from appliance.model.proof import ProofReader
from appliance.model.records import Unreal
from appliance.model.sentences.heard import CERTIFIES_ERASURE_ALONE
from appliance.vault.certificate import ReadCertificate

READERS: Mapping[str, str] = {
    ProofReader.CALLER: N_("the person concerned, or somebody else outside the office"),
    ProofReader.AUTHORITY: N_("a court or an authority"),
    ProofReader.OFFICE: N_("the office itself"),
}

ABOUT = {
    "recording": N_("another part of the call"),
    "head": N_("the signed head behind it"),
}
"""What a supplement is about -> what it is called; others are called by their id."""

MEDIA = {
    "stick": N_("A backup on a USB stick"),
    "server": N_("A backup on a server"),
}

KEPT = {
    "signed": N_("signed: --out writes the signed file"),
    "waits": N_("not signed yet"),
    "unreadable": N_("the certificate cannot be read; made from the activity log, not signed"),
    "dropped": N_(
        "a certificate was issued, but is not kept; made from the activity log, not signed"
    ),
    "unsigned": N_("made from the activity log, not signed"),
}


def print_erasure(made: ErasureCertificate, as_json: bool, unreal: Unreal) -> None:
    """Print how far an erasure came, and what was signed of it; exit with 1 if it failed.

    Args:
        made: what the keeper tells of it.
        as_json: for programs.
        unreal: why the line was none, while the recording could tell.
    """
    if as_json:
        print_json({"unreal": unreal} | to_builtins(made), indent=2)
    else:
        _say_erasure(made)
    if made.amiss:
        sys.exit(1)


def _say_erasure(made: ErasureCertificate) -> None:
    ground = word(papers.GROUNDS, made.ground)
    state = word(papers.ERASURES, made.state)
    click.echo(f"{made.recording}: {state}, {ground}, {local_minute(made.at)}")
    click.echo(word(KEPT, made.kept))
    for other in made.others:
        click.echo(here(N_("%(rid)s: another part of this call, erased together"), rid=other))
    click.echo(here(N_("protection level %(level)s"), level=made.level))
    click.echo(here(CERTIFIES_ERASURE_ALONE))
    for what in made.remains:
        click.echo(here(N_("may remain: %(what)s"), what=word(papers.REMAINS, what)))
    if made.faults:
        click.echo(said(made.faults), err=True)


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
        print_rows((*_rows(read.certificate), *map(_later, read.supplements)))


def _rows(one: CertifiedErasure) -> Iterator[tuple[str, str]]:
    clock = "" if one.clock_ok else UNCONFIRMED
    yield N_("certificate"), here(N_("of an erasure, case %(id)s"), id=one.id)
    yield N_("made for"), word(READERS, one.reader)
    yield N_("controller"), f"{one.controller}, {one.contact}"
    wanted, ordered = word(papers.ORDERED_BY, one.by), moment(one.ordered_at, clock)
    yield N_("ordered"), here(N_("%(time)s, wanted by %(who)s"), time=ordered, who=wanted)
    yield N_("erased"), moment(one.done_at, clock)
    yield N_("ground"), word(papers.GROUNDS, one.ground)
    yield from _what_was_erased(one)
    generation = N_("%(level)s, keyring generation %(number)s")
    known = one.generation is not None
    level = here(generation, level=one.level, number=one.generation) if known else one.level
    yield N_("level"), level
    for medium in one.media:
        yield N_("may hold it"), _medium(medium)
    for holder in one.holders:
        done = "" if holder.done is None else here(N_(", done on %(day)s"), day=day(holder.done))
        asked = here(N_("%(id)s, asked on %(day)s"), id=holder.id[:16], day=day(holder.asked))
        yield N_("holder"), asked + done
    for what in one.remains:
        yield N_("may remain"), word(papers.REMAINS, what)
    if one.reader is ProofReader.CALLER:
        yield N_("not shown"), here(NOT_SHOWN)
    yield N_("log"), one.erased.line or one.erased.hash


def _what_was_erased(one: CertifiedErasure) -> Iterator[tuple[str, str]]:
    """Yield the calls, or that all were erased; then what was kept."""
    if one.everything:
        counted = one.recordings is not None
        every = N_("all of this device: %(count)s") if counted else N_("all of this device")
        yield N_("recordings"), here(every, count=one.recordings) if counted else here(every)
    for call in one.calls:
        said = [here(N_("day not known")) if call.day is None else day(call.day)]
        if call.minutes is not None:
            said.append(here(N_("%(count)s min"), count=call.minutes))
        if call.line is not None:
            said.append(here(N_("line %(line)s"), line=call.line))
        yield N_("call"), f"{', '.join(said)}: {' '.join(call.rids)}"
    for kept in one.kept:
        ground = word(papers.HOLD_GROUNDS, kept.reason)
        said = [here(N_("one call, which is on hold: %(ground)s"), ground=ground)]
        if kept.review is not None:
            said.append(here(N_("review on %(day)s"), day=day(kept.review)))
        yield N_("not erased"), ", ".join(said)


def _medium(medium: HoldingMedium) -> str:
    said = f"{word(MEDIA, medium.kind)} {medium.id[:16]}"
    if medium.last is not None:
        copied = N_("last copy of %(day)s")
        said += f", {here(copied, day=day(medium.last))}"
    if medium.next is None:
        until = N_("it holds the recording until the office makes it anew.")
        return f"{said}: {here(until)}"
    anew = N_("to be made anew by %(day)s.")
    return f"{said}: {here(anew, day=day(medium.next))}"


def _later(one: Supplement) -> tuple[str, str]:
    about = N_("backup %(id)s") if one.about == "medium" else N_("other holder %(id)s")
    what = here(ABOUT[one.about]) if one.about in ABOUT else here(about, id=one.id[:16])
    state = word(papers.SUPPLEMENTS, one.state)
    when = day(one.day) if one.clock_ok else here(UNCONFIRMED, time=day(one.day))
    return N_("known since"), f"{when}, {what}: {state}"
