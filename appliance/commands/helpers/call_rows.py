"""Print calls as ``zgoda recordings`` shows them, a line each or one whole."""

import os
from collections.abc import Iterable
from datetime import date, timedelta

import click

from appliance.clock import local_minute
from appliance.commands.helpers.terminal import shown
from appliance.language import language_of
from appliance.link.requests import calls as ask
from appliance.model.records import CallMeta, ConsentReceipt, ListedCall, Unreal
from appliance.model.sentences.heard import unreal_badge, unreal_sentence


def say_what_is_missing(reading: ask.StillReading | None) -> None:
    """Say how far the list is read, where it is not whole."""
    if reading is not None and reading.back_to is not None:
        day = date(1970, 1, 1) + timedelta(days=reading.back_to)
        click.echo(f"Still reading, back to {day}. Older calls are not found yet; ask again.")
    if reading is not None and reading.left:
        missing = "1 call is" if reading.left == 1 else f"{reading.left} calls are"
        click.echo(f"{missing} not in the list yet; ask again.")


def say_what_is_not_real(kinds: Iterable[Unreal]) -> None:
    """Say first which calls were made on no telephone line, each kind once."""
    for kind in dict.fromkeys(kinds):
        if kind:
            click.echo(unreal_sentence(kind, language_of(os.environ)))


def listed_row(call: ListedCall) -> str:
    """Return a call as one line."""
    flags = "".join(
        f" {word}" for word, on in [("held", call.held), ("restricted", call.restricted)] if on
    )
    badge = unreal_badge(call.unreal, language_of(os.environ))
    mark = f"{badge}  " if badge else ""
    return (
        f"{call.recording}  {mark}{local_minute(call.started_at)}  {_length(call.seconds)}  "
        f"{call.verdict:<9}  {shown(call.line)}  {_party(call)}{flags}"
    )


def _party(call: CallMeta | ListedCall) -> str:
    """Return the other party; a withheld number is not the same as an unknown one."""
    known = " ".join(shown(part) for part in (call.number, call.name) if part)
    return known or ("withheld" if call.withheld else "unknown")


def print_detail(detail: ask.CallDetail) -> None:
    """Print all that is known of a call but its sound."""
    from appliance.model.audio import RATE

    call = detail.call
    say_what_is_not_real([call.unreal])
    rows = [
        ("recording", call.recording),
        ("call", f"{call.meta.direction}, {local_minute(call.meta.started_at)}, {call.meta.line}"),
        ("with", _party(call.meta)),
        ("length", f"{_length(call.seconds)}, ended: {call.ended}"),
        ("verdict", call.verdict),
        ("origin", detail.origin.replace("_", " ")),
        *_consent(call.receipt),
        ("open for", ", ".join(detail.open_purposes) or "nothing any more"),
        ("held", "yes" if call.held else "no"),
        ("on disk", f"{detail.bytes_on_disk} bytes"),
    ]
    for name, value in rows:
        click.echo(f"{name:<10} {shown(value)}")
    for at, part in enumerate(detail.parts, start=1):
        click.echo(
            f"{'part':<10} {at}: {part.call.recording} at {_length(part.begins)}, "
            f"{_length(part.seconds)}, {part.call.verdict}, ended: {part.call.ended}"
        )
    for start, count in detail.gaps:
        click.echo(f"{'no sound':<10} {count / RATE:.1f} s at {_length(start / RATE)}")
    for mark in detail.marks:
        click.echo(f"{mark.kind:<10} at {_length(mark.sample / RATE)}")
    for start, count in detail.holes:
        click.echo(f"{'missing':<10} {count / RATE:.1f} s at {_length(start / RATE)}")
    for line in detail.audit:
        why = f" for {line.purpose or line.recipient}" if line.purpose or line.recipient else ""
        number = f"{line.seq}  " if line.seq else ""
        click.echo(
            f"{'audit':<10} {number}{local_minute(line.time)}  {line.type}{why} by {line.actor}"
        )


def _consent(receipt: ConsentReceipt | None) -> list[tuple[str, str]]:
    if receipt is None:
        return [("consent", "its receipt cannot be read any more")]
    return [
        *_answered(receipt.answer_basis),
        ("consent", f"{receipt.outcome}, key {receipt.key}, grade {receipt.grade}"),
        *_refused(receipt.refused),
        ("prompt", f"{receipt.prompt_id} ({receipt.language}), {receipt.heard_ms} ms heard"),
    ]


def _answered(basis: str | None) -> list[tuple[str, str]]:
    return [("answered", f"known by {basis.replace('_', ' ')}")] if basis else []


def _refused(purposes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("refused", ", ".join(purposes))] if purposes else []


def _length(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
