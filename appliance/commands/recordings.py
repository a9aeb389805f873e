"""Run ``zgoda recordings``: find, export, erase and hold calls, through the keeper."""

import contextlib
import itertools
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from appliance.commands.helpers.call_rows import (
    listed_row,
    print_detail,
    say_what_is_missing,
    say_what_is_not_real,
)
from appliance.commands.helpers.certificates import print_erasure
from appliance.commands.helpers.clear_file import refuse_existing, write_new_clear_file
from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, print_json
from appliance.commands.helpers.recording_ids import NamedRecording, named_recording
from appliance.commands.helpers.refusals import FAILED_CHECK, exit_code, said_of, told
from appliance.commands.helpers.terminal import (
    WRITTEN,
    day_in_words,
    for_experts,
    here,
    local_time,
    shown,
    word,
)
from appliance.errors import Refused, ZgodaError
from appliance.language import N_
from appliance.link.requests import calls as ask
from appliance.link.requests.papers.certificates import CertificateReader, GetCertificate
from appliance.link.requests.proof import GetProof
from appliance.link.unknown_filters import unknown_filters
from appliance.model import papers
from appliance.model.records import HOLDS, CallerAnswer

ERASING, UNREADABLE = N_("It is being erased."), N_("It cannot be read.")


@contextlib.contextmanager
def checks() -> Iterator[None]:
    """Exit with 1 and one sentence where the recording itself is the reason for a refusal."""
    try:
        yield
    except Refused as refusal:
        if exit_code(refusal) != FAILED_CHECK:
            raise
        click.echo(f"zgoda: {told(refusal)}", err=True)
        sys.exit(FAILED_CHECK)


@click.group(short_help="Find, export, erase and hold recorded calls.")
def command() -> None:
    """Find, export, erase and hold recorded calls.

    You log in as a person of the panel, whose role must allow the act. The keeper must be running;
    it writes each act into the audit before it acts.
    """


@command.command("list", epilog='Example: zgoda recordings list --name Ewa --text "22 123 45 67"')
@as_operator
@click.option(
    "--text", default="", help="A number in any spelling, or the first letters of words of a name."
)
@click.option("--line", default="", help="The name of a line.")
@click.option("--since", default="", help="First day, such as 2026-11-25.")
@click.option("--until", default="", help="Last day.")
@click.option(
    "--purpose", "with_purpose", default="", help="The name of a purpose in the settings."
)
@click.option(
    "--answer", type=click.Choice([answer.value for answer in CallerAnswer]),
    help="What the caller answered.",
)  # fmt: skip
@click.option("--hold", type=click.Choice(HOLDS), help="Whether a hold keeps it.")
@click.option("--page", default=1, show_default=True, help="The page of the list.")
@json_option
def list_calls(operator: Operator, as_json: bool, **wanted: Any) -> None:
    """List calls, newest first.

    Each option narrows the list further, as the panel's filters do.
    """
    answer: str | None = wanted.pop("answer")
    wanted["hold"] = wanted["hold"] or ""
    asked = ask.ListCalls(answer=CallerAnswer(answer) if answer else None, **wanted)
    found = operator.ask(asked)
    for name in unknown_filters(found, line=asked.line, purpose=asked.with_purpose):
        click.echo(said_of(f"unknown_{name}"), err=True)
    if as_json:
        print_json(found, indent=2)
        return
    say_what_is_not_real(call.unreal for call in found.calls)
    for call in found.calls:
        click.echo(listed_row(call))
    of = {"count": found.total, "page": found.page, "pages": found.pages}
    click.echo(here(N_("Calls: %(count)s, page %(page)s of %(pages)s."), **of))
    say_what_is_missing(found.reading)
    for recording in found.pending:
        click.echo(f"{recording}  {here(ERASING)}")
    for unreadable in found.unreadable:
        said = f"{here(UNREADABLE)} {for_experts(unreadable.why)}"
        click.echo(f"{unreadable.recording}  {said.rstrip()}")
    if found.unreadable_total > len(found.unreadable):
        in_all = N_("Recordings that cannot be read, in all: %(count)s.")
        click.echo(here(in_all, count=found.unreadable_total))


@command.command(epilog="Example: zgoda recordings show --name Ewa 3f0c…")
@as_operator
@click.argument("recording")
@json_option
def show(operator: Operator, recording: str, as_json: bool) -> None:
    """Show one call: its receipt, verdict, marks and history.

    Exit code 1 if the recording is damaged, unreadable or not the one that was sealed.
    """
    with checks():
        detail = operator.ask(ask.ShowCall(named_recording(operator, recording).id))
    if as_json:
        print_json(detail, indent=2)
    else:
        print_detail(detail)
    if detail.amiss:
        sys.exit(1)


@command.command(
    short_help="Write a call's sound and its signed proof to new files.",
    epilog="Example: zgoda recordings export --name Ewa 3f0c… --for caller --whom 'Anna Nowak'",
)
@as_operator
@click.argument("recording")
@click.option("--format", "form", type=click.Choice(["wav", "flac"]), default="wav")
@click.option(
    "--for",
    "recipient",
    type=click.Choice([r.value for r in ask.Recipient]),
    help="For whom the copy is; the audit keeps it.",
)
@click.option("--whom", "words", default="", help="Who exactly, in your own words; sealed.")
@click.option("--file-number", default="", help="Of an authority's request; sealed.")
@click.option("--legal-basis", default="", help="On which an authority asks; sealed.")
@click.option("--signed-by", default="", help="Who signed an authority's request; sealed.")
@click.option("--silent-until", default="", help="Day, such as 2027-06-30; the caller is not told.")
@click.option(
    "--hold-apart", is_flag=True,
    help="With --silent-until: the call's hold is another matter, of which may be told.",
)  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; by default a name with the call's time, in this folder.",
)
@json_option
def export(
    operator: Operator,
    recording: str,
    form: Any,
    recipient: str | None,
    out: Path | None,
    as_json: bool,
    **paper: Any,
) -> None:
    """Write a call's whole sound to a new file, and its signed proof beside it.

    The proof is made for whom --for names and lists this copy; without --for it tells what a
    caller may know. A copy for an authority needs --whom, --file-number, --legal-basis and
    --signed-by; --silent-until keeps it from the caller.

    Exit code 1 if the recording is not the one that was sealed, or cannot be read; then no sound is
    written. If the proof alone cannot be had, the sound stays, and a sentence says so. No file is
    overwritten.
    """
    if out is not None:
        refuse_existing(out)
        refuse_existing(_beside(out))
    recording, unreal = _said_first(operator, recording, as_json)
    whose = ask.Recipient(recipient) if recipient else None
    paper["hold_silent"] = not paper.pop("hold_apart")
    asked = ask.ExportCall(recording=recording, format=form, recipient=whose, **paper)
    with checks():
        with contextlib.closing(operator.download(asked)) as answers:
            answer, first = next(answers)
            target = out or Path(answer.filename)
            beside = _beside(target)
            refuse_existing(beside)
            rest = (piece for _, piece in answers)
            size = write_new_clear_file(target, itertools.chain([first], rest))
        try:
            of = GetProof(recording, asked.recipient or ask.Recipient.CALLER)
            write_new_clear_file(beside, [operator.fetch(of)[1]])
        except ZgodaError:
            without = N_("%(path)s: %(size)s bytes, but its proof is missing.")
            click.echo(here(without, path=target, size=size), err=True)
            raise
    if as_json:
        told = {"unreal": unreal, "file": str(target), "bytes": size, "proof": str(beside)}
        print_json(told)
    else:
        click.echo(here(WRITTEN, path=target, size=size))
        click.echo(here(N_("%(path)s: its proof."), path=beside))


@command.command(
    short_help="Write a call's signed proof to a new file.",
    epilog="Example: zgoda recordings proof --name Ewa 3f0c… --out call.proof.jsonl",
)
@as_operator
@click.argument("recording")
@click.option(
    "--for",
    "recipient",
    type=click.Choice([r.value for r in ask.Recipient]),
    default=ask.Recipient.CALLER.value,
    show_default=True,
    help="For whom it is: nothing of another's stands in it.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; by default a name with the call's time, in this folder.",
)
def proof(operator: Operator, recording: str, recipient: str, out: Path | None) -> None:
    """Write a call's signed proof to a new file; "zgoda verify-proof" checks it anywhere.

    For the caller it names no person of the office and nobody else's copy, but their kinds.

    Exit code 1 if the recording is not the one that was sealed, or cannot be read. No file is
    overwritten.
    """
    if out is not None:
        refuse_existing(out)
    recording, _ = _said_first(operator, recording)
    with checks():
        answer, raw = operator.fetch(GetProof(recording, ask.Recipient(recipient)))
    target = out or Path(answer.filename)
    write_new_clear_file(target, [raw])
    click.echo(here(WRITTEN, path=target, size=len(raw)))


@command.command(
    epilog='Example: zgoda recordings erase --name Ewa 3f0c… --ground unlawful --reason "…"'
)
@as_operator
@click.argument("recording")
@click.option("--ground", type=click.Choice([g.value for g in ask.Ground]), required=True)
@click.option("--reason", required=True, help="In your own words; sealed, kept for three years.")
@json_option
def erase(operator: Operator, recording: str, ground: str, reason: str, as_json: bool) -> None:
    """Erase one recording for good, and print the certificate.

    The certificate becomes final half a minute later. Exit code 1 if the erasure failed.
    """
    recording, unreal = _said_first(operator, recording, as_json)
    made = operator.ask(ask.EraseCall(recording, ask.Ground(ground), reason))
    print_erasure(made, as_json, unreal)


@command.command(epilog="Example: zgoda recordings certificate --name Ewa 3f0c…")
@as_operator
@click.argument("recording")
@click.option("--out", type=click.Path(path_type=Path), help="A new file for the signed one.")
@click.option(
    "--for", "reader", type=click.Choice([one.value for one in CertificateReader]), default="caller"
)
@json_option
def certificate(
    operator: Operator, recording: str, out: Path | None, reader: str, as_json: bool
) -> None:
    """Show the certificate of an erasure, and why it was ordered. Exit code 1 if it failed.

    With --out the signed file is written, for the person concerned or --for office.
    """
    recording, unreal = _said_first(operator, recording, as_json)
    made = operator.ask(ask.ShowCertificate(recording))
    if out is not None:
        _, raw = operator.fetch(GetCertificate(recording, CertificateReader(reader)))
        write_new_clear_file(out, [raw])
        click.echo(here(WRITTEN, path=out, size=len(raw)))
        return
    if not as_json:
        _print_order(operator, recording)
    print_erasure(made, as_json, unreal)


@command.command(
    epilog='Example: zgoda recordings hold --name Ewa 3f0c… --ground claims --reason "…" '
    "--review 2027-06-30"
)
@as_operator
@click.argument("recording")
@click.option("--ground", type=click.Choice([g.value for g in ask.HoldGround]))
@click.option("--reason", default="", help="In your own words; sealed until the hold ends.")
@click.option("--review", default="", help="The day of the next review, such as 2027-06-30.")
@click.option("--release", is_flag=True, help="End the hold instead.")
def hold(
    operator: Operator, recording: str, ground: str | None, reason: str, review: str, release: bool
) -> None:
    """Keep a recording past its retention, or end that."""
    recording, _ = _said_first(operator, recording)
    if release:
        operator.ask(ask.ReleaseHold(recording))
        click.echo(here(N_("%(rid)s is no longer held."), rid=recording))
        return
    if ground is None:
        raise click.UsageError(said_of("hold_needs"))
    operator.ask(ask.HoldCall(recording, ask.HoldGround(ground), reason, review))
    until = N_("%(rid)s is held until it is reviewed on %(day)s.")
    click.echo(here(until, rid=recording, day=day_in_words(date.fromisoformat(review))))


def _said_first(operator: Operator, typed: str, as_json: bool = False) -> NamedRecording:
    """Return the recording that a command is about; say first that its line was none, if so."""
    named = named_recording(operator, typed)
    if not as_json:
        say_what_is_not_real([named.unreal])
    return named


def _beside(sound: Path) -> Path:
    """Return the file of the proof that belongs to a sound file."""
    return sound.with_name(f"{sound.stem}.proof.jsonl")


def _print_order(operator: Operator, recording: str) -> None:
    """Print why a person ordered an erasure, if one did."""
    try:
        order = operator.ask(ask.ShowErasure(recording))
    except Refused as refusal:
        if refusal.code != "not_by_hand":
            raise
        return
    unread = word(papers.UNREADABLE, order.readable)
    reason = shown(order.reason) if order.readable == "yes" else unread
    by = N_("ordered by %(name)s, %(time)s: %(reason)s")
    click.echo(here(by, name=order.author, time=local_time(order.at), reason=reason))
