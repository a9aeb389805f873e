"""Print calls as ``zgoda recordings`` shows them, a line each or one whole."""

import os
from collections.abc import Iterable, Iterator

import click

from appliance.clock import local_minute
from appliance.commands.helpers.terminal import (
    day_in_words,
    decimal,
    here,
    length,
    local_time,
    print_rows,
    shown,
    verdict_word,
    word,
    yes_or_no,
)
from appliance.language import N_, language_of
from appliance.link.requests import calls as ask
from appliance.link.requests.audit import AuditLine
from appliance.model import papers
from appliance.model.records import CallMeta, ConsentReceipt, ListedCall, Unreal
from appliance.model.sentences.heard import NOT_KNOWN, unreal_badge, unreal_sentence
from appliance.model.words.acts import ACTORS, ACTS
from appliance.model.words.calls import ANSWERS, MARKS, ORIGIN_NAMES, VERDICTS


def say_what_is_missing(reading: ask.StillReading | None) -> None:
    """Say how far the list is read, where it is not whole."""
    if reading is not None and reading.back_to is not None:
        still = N_("Still reading, back to %(day)s. Older calls are not found yet; ask again.")
        click.echo(here(still, day=day_in_words(reading.back_to)))
    if reading is not None and reading.left:
        left = N_("Calls that are not in the list yet: %(count)s. Ask again.")
        click.echo(here(left, count=reading.left))


def say_what_is_not_real(kinds: Iterable[Unreal]) -> None:
    """Say first which calls were made on no telephone line, each kind once."""
    for kind in dict.fromkeys(kinds):
        if kind:
            click.echo(unreal_sentence(kind, language_of(os.environ)))


def say_first(kind: Unreal, *, known: bool) -> None:
    """Say first of one call what its line was not, or that nobody can tell any more.

    Args:
        kind: why the line was none.
        known: False: the rule that tells it is damaged.
    """
    say_what_is_not_real([kind])
    if not known:
        click.echo(here(NOT_KNOWN))


def said_briefly(kind: Unreal) -> str:
    """Return what stands in a line before a call of no telephone line; nothing for another."""
    badge = unreal_badge(kind, language_of(os.environ))
    return f"{badge}  " if badge else ""


def listed_row(call: ListedCall) -> str:
    """Return a call as one line."""
    flags = "".join(
        f" {here(said)}"
        for said, on in [(N_("held"), call.held), (N_("restricted"), call.restricted)]
        if on
    )
    mark = said_briefly(call.unreal)
    width = max(len(verdict_word(code)) for code in VERDICTS)
    return (
        f"{call.recording}  {mark}{local_minute(call.started_at)}  {length(call.seconds)}  "
        f"{verdict_word(call.verdict):<{width}}  {shown(call.line)}  {_party(call)}{flags}"
    )


def _party(call: CallMeta | ListedCall) -> str:
    """Return the other party; a withheld number is not the same as an unknown one."""
    known = " ".join(shown(part) for part in (call.number, call.name) if part)
    return known or here(N_("Number withheld") if call.withheld else N_("Number unknown"))


def print_detail(detail: ask.CallDetail) -> None:
    """Print all that is known of a call but its sound."""
    say_first(detail.call.unreal, known=detail.rule is not None)
    print_rows(_rows(detail))


def _rows(detail: ask.CallDetail) -> Iterator[tuple[str, str]]:
    call = detail.call
    yield N_("recording"), call.recording
    when = here(
        N_("%(direction)s, %(time)s, line %(line)s"),
        direction=word(papers.DIRECTIONS, call.meta.direction),
        time=local_time(call.meta.started_at),
        line=call.meta.line,
    )
    yield N_("call"), when
    yield N_("with"), _party(call.meta)
    ended = N_("%(length)s, ended: %(why)s")
    why = word(papers.REASONS, call.ended)
    yield N_("length"), here(ended, length=length(call.seconds), why=why)
    yield N_("verdict"), verdict_word(call.verdict)
    yield N_("origin"), word(ORIGIN_NAMES, detail.origin)
    yield from _consent(call.receipt)
    yield N_("open for"), ", ".join(detail.open_purposes) or here(N_("nothing any more"))
    yield N_("on hold"), yes_or_no(call.held)
    yield N_("bytes"), str(detail.bytes_on_disk)
    yield from _places(detail)
    for line in detail.audit:
        yield N_("log"), _entry(line)


def _places(detail: ask.CallDetail) -> Iterator[tuple[str, str]]:
    """Yield what is told of places in the sound."""
    from appliance.model.audio import RATE

    of_part = N_("%(number)s: %(rid)s at %(at)s, %(length)s, %(verdict)s, ended: %(why)s")
    for number, part in enumerate(detail.parts, start=1):
        said = here(
            of_part,
            number=number,
            rid=part.call.recording,
            at=length(part.begins),
            length=length(part.seconds),
            verdict=verdict_word(part.call.verdict),
            why=word(papers.REASONS, part.call.ended),
        )
        yield N_("part"), said
    lasting = N_("%(seconds)s s at %(at)s")
    for start, count in detail.gaps:
        at = length(start / RATE)
        yield N_("no sound"), here(lasting, seconds=decimal(count / RATE), at=at)
    for mark in detail.marks:
        at = length(mark.sample / RATE)
        yield N_("mark"), here(N_("%(what)s, at %(at)s"), what=word(MARKS, mark.kind), at=at)
    for start, count in detail.holes:
        at = length(start / RATE)
        yield N_("not there"), here(lasting, seconds=decimal(count / RATE), at=at)


def _entry(line: AuditLine) -> str:
    """Return an entry of the activity log."""
    about = line.purpose or word(papers.RECIPIENTS, line.recipient)
    what = f"{word(ACTS, line.type)} ({about})" if about else word(ACTS, line.type)
    number = f"{line.seq}  " if line.seq else ""
    said = here(N_("%(what)s, by %(actor)s"), what=what, actor=word(ACTORS, line.actor))
    return f"{number}{local_minute(line.time)}  {said}"


def _consent(receipt: ConsentReceipt | None) -> Iterator[tuple[str, str]]:
    if receipt is None:
        yield N_("consent"), here(N_("its receipt cannot be read any more"))
        return
    if receipt.answer_basis:
        yield N_("answered"), word(ANSWERS, receipt.answer_basis)
    if receipt.outcome == "agreed":
        agreed = N_("agreed, key %(key)s, evidence grade %(grade)s")
        yield N_("consent"), here(agreed, key=receipt.key, grade=receipt.grade)
    else:
        yield N_("consent"), here(N_("none needed; the caller heard the notice"))
    if receipt.refused:
        yield N_("refused"), ", ".join(receipt.refused)
    heard = decimal(receipt.heard_ms / 1000)
    spoken = N_("%(id)s (%(language)s), heard for %(seconds)s s")
    prompt = here(spoken, id=receipt.prompt_id, language=receipt.language, seconds=heard)
    yield N_("said"), prompt
