"""Run ``zgoda calibrate``: enrol a line's phones and make test calls, step by step."""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, print_json
from appliance.commands.helpers.refusals import said, said_of
from appliance.commands.helpers.terminal import decimal, here, signed
from appliance.errors import Refused, ZgodaError
from appliance.language import N_
from appliance.link.requests.calibration import (
    BeginCalibration,
    CalibrationResult,
    EndCalibration,
    KeepCalibration,
    PlaceTestCall,
    Step,
    StepNow,
    TakeStep,
)

FEWEST_CALLS = 3

MEANS = {
    "A": N_("Voltage and current show who pressed a key. The line records with consent."),
    "B": N_(
        "The keys of every phone are known. The line records with consent, and each receipt says "
        "evidence grade B. An employee can still cheat; only a two-channel line tap prevents that."
    ),
    "C": N_(
        "Only the level of a key shows who pressed it. The line records with consent, and each "
        "receipt says evidence grade C. An employee, or a phone that was not here today, can still "
        "pass for the caller; only a two-channel line tap prevents that."
    ),
    "none": N_(
        "Nothing shows who pressed a key: this line records no consent. A two-channel line tap "
        "fixes that."
    ),
}

NAME_PHONES = N_(
    "Name every phone on this line, cordless ones, faxes and terminals with keys, too; an empty "
    "name ends the list."
)
PHONE = N_("Phone %(number)s")
KEY_HEARD = N_(
    "%(number)s. Key %(key)s at %(level)s dBm0, tones off by %(low)s %% and %(high)s %%."
)

_INSTRUCTIONS: dict[Step, str] = {
    "level": N_("Call this line from outside and answer it; hold on until the tones are over."),
    "alone": N_(
        "Phone %(name)s, alone: call this line from outside, from a mobile phone. Answer on "
        "%(name)s with every other phone on its hook. Say nothing: the device speaks and plays two "
        "tones. Then press %(keys)s on %(name)s, one by one. Hold on until the device has spoken "
        "again."
    ),
    "second": N_(
        "Phone %(name)s with another one: stay in the call, or call again, and lift a second "
        "phone, too. Keep both off the hook until this step is over. Say nothing: the device "
        "speaks. Then press %(keys)s on %(name)s, one by one. Hold on until the device has spoken "
        "again."
    ),
    "far": N_(
        "Test call %(name)s: call this line from a phone outside, each time from another one, a "
        "mobile phone among them. Answer here, and let the caller press %(keys)s."
    ),
}

TWICE = N_("With one phone on the line, press all keys a second time.")


@click.command(
    short_help="Teach a line to tell the caller's keys from the office's.",
    epilog="Example: zgoda calibrate Reception --name Ewa --phone desk --phone kitchen",
)
@as_operator
@click.argument("line")
@click.option(
    "--phone",
    "phones",
    multiple=True,
    help="A phone on the line; repeat it for each.",
)
@click.option(
    "--far-calls",
    type=click.IntRange(FEWEST_CALLS, 20),
    default=FEWEST_CALLS,
    show_default=True,
    help="Number of test calls from outside.",
)
@json_option
def command(
    operator: Operator, line: str, phones: tuple[str, ...], far_calls: int, as_json: bool
) -> None:
    """Teach a line to tell the caller's keys from the office's.

    First you enrol each phone of the line, alone and with a second phone off-hook. Then a helper
    calls from outside, three times or more. Each step says what to do and what it heard. Meanwhile
    the line asks nobody and records nothing, so do it when the office is closed. Ctrl-C keeps the
    earlier calibration. A simulated line does all of it by itself. Exit code 1 if the line earns
    no grade.
    """
    guide = Guide(operator, line, begun=operator.ask(BeginCalibration(line)))
    with guide.ending():
        if guide.begun.mixed:
            guide.enrol(phones or _asked(), far_calls)
        else:
            guide.step("level")
        known = guide.keep(single=len(guide.phones) == 1)
    if as_json:
        print_json(known, indent=2)
    else:
        tell_grade(known)
    sys.exit(1 if known.grade == "none" else 0)


def tell_grade(known: CalibrationResult) -> None:
    """Print a line's grade and its meaning."""
    now = N_("%(line)s now has evidence grade %(grade)s.")
    nothing = N_("%(line)s now has no evidence grade.")
    said = nothing if known.grade == "none" else now
    click.echo(f"\n{here(said, line=known.line, grade=known.grade)} {here(MEANS[known.grade])}")
    for reason in known.reasons:
        click.echo(f"- {reason}")


def _asked() -> tuple[str, ...]:
    """Ask for the names of all phones."""
    if not sys.stdin.isatty():
        raise click.UsageError(said_of("phones_unnamed"))
    click.echo(here(NAME_PHONES), err=True)
    names: list[str] = []
    while name := str(
        click.prompt(here(PHONE, number=len(names) + 1), default="", err=True)
    ).strip():
        names.append(name)
    if not names:
        raise click.UsageError(said_of("no_phones"))
    return tuple(names)


@dataclass
class Guide:
    """A guide through one calibration; it reports on standard error."""

    operator: Operator
    line: str
    begun: CalibrationResult
    phones: tuple[str, ...] = ()
    _reported: set[str] = field(default_factory=set)

    @contextlib.contextmanager
    def ending(self) -> Iterator[None]:
        """End the calibration in any case, so that the line asks again."""
        try:
            yield
        finally:
            with contextlib.suppress(ZgodaError):
                self.operator.ask(EndCalibration(self.line))

    def enrol(self, phones: tuple[str, ...], far_calls: int) -> None:
        """Enrol phones, then make test calls."""
        self.phones = phones
        single = len(phones) == 1
        for number, phone in enumerate(phones):
            self.step("alone", phone, number=number, twice=single)
            if not single:
                self.step("second", phone, number=number)
        for number in range(far_calls):
            self.step("far", str(number + 1), number=number)

    def step(self, step: Step, name: str = "", *, number: int = 0, twice: bool = False) -> None:
        """Lead through one step until the recorder heard all of it."""
        keys = "1 5 9 * 0 #" if step == "far" else "1 2 3 4 5 6 7 8 9 * 0 #"
        self._say("\n" + here(_INSTRUCTIONS[step], name=name, keys=keys))
        if twice:
            self._say(here(TWICE))
        news = self.operator.client.watch(
            TakeStep(self.line, step, name, twice), self.operator.token
        )
        self._reported.clear()
        placed = False
        for now in news:
            if now is None:
                continue
            if self.begun.simulated and not placed:
                placed = True
                self.operator.ask(PlaceTestCall(self.line, step, number, twice))
            if (now.step, now.name) == (step, name):
                self._report(now)
                if now.stage == "done":
                    return
            if now.stage == "ended":
                break
        raise Refused("calibration_ended")

    def keep(self, *, single: bool) -> CalibrationResult:
        """Keep the result. Naming the phones says that there are no others on the line."""
        return self.operator.ask(
            KeepCalibration(self.line, every_phone=bool(self.phones), single_phone=single)
        )

    def _report(self, now: StepNow) -> None:
        """Report the news since the last report."""
        if now.stage in {"waiting", "dialled"}:
            self._once(f"  {here(_STAGES[now.stage])}")
        if now.prompt_db is not None:
            arrive = N_("The device’s words arrive at %(db)s dB.")
            self._once(f"  {here(arrive, db=signed(now.prompt_db))}")
        if now.tones_db is not None:
            read = N_("Two tones 20 dB apart read %(db)s dB.")
            self._once(f"  {here(read, db=decimal(now.tones_db))}")
        if now.faults:
            self._once(f"  {said(now.faults)}")
        for place, key in enumerate(now.keys):
            of = {"number": place + 1, "key": key.key, "level": decimal(key.dbm0)}
            of |= {"low": signed(key.low, 2), "high": signed(key.high, 2)}
            self._once(f"  {here(KEY_HEARD, **of)}")
        if now.stage == "done":
            heard = N_("All of it was heard.")
            self._say(f"  {here(heard)}")

    def _once(self, sentence: str) -> None:
        if sentence not in self._reported:
            self._reported.add(sentence)
            self._say(sentence)

    @staticmethod
    def _say(sentence: str) -> None:
        click.echo(sentence, err=True)


_STAGES = {
    "waiting": N_("Waiting for the call."),
    "dialled": N_("This call was dialled here and does not count; hang up, and call from outside."),
}
