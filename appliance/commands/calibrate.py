"""Run ``zgoda calibrate``: enrol a line's phones and make test calls, step by step."""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from appliance.commands.helpers.operator import Operator, as_operator
from appliance.commands.helpers.options import json_option, print_json
from appliance.commands.helpers.refusals import said, said_of
from appliance.errors import Refused, ZgodaError
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
    "A": "Voltage and current show who pressed a key. The line records with consent.",
    "B": "The keys of every phone are known. The line records with consent, and each receipt "
    "says evidence grade B. An employee can still cheat; only a two-channel line tap prevents "
    "that.",
    "C": "Only the level of a key shows who pressed it. The line records with consent, and each "
    "receipt says evidence grade C. An employee, or a phone that was not here today, can still "
    "pass for the caller; only a two-channel line tap prevents that.",
    "none": "Nothing shows who pressed a key: this line records no consent. "
    "A two-channel line tap fixes that.",
}

_INSTRUCTIONS: dict[Step, str] = {
    "level": "Call this line from outside and answer it; hold on until the tones are over.",
    "alone": "Phone {name}, alone: call this line from outside, from a mobile phone, and answer on "
    "{name} with every other phone on its hook. Say nothing: the device speaks and plays "
    "two tones. Then press {keys} on {name}, one by one{twice}, and hold on until the device "
    "has spoken again.",
    "second": "Phone {name} with another one: stay in the call, or call again, and lift a second "
    "phone, too; keep both off the hook until this step is over. Say nothing: the device speaks. "
    "Then press {keys} on {name}, one by one, and hold on until the device has spoken again.",
    "far": "Test {name}: call this line from a phone out in the world, each time from another "
    "one, a mobile phone among them. Answer here, and let the caller press {keys}.",
}


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
    click.echo(f"\n{known.line} now has evidence grade {known.grade}. {MEANS[known.grade]}")
    for reason in known.reasons:
        click.echo(f"- {reason}")


def _asked() -> tuple[str, ...]:
    """Ask for the names of all phones."""
    if not sys.stdin.isatty():
        raise click.UsageError(said_of("phones_unnamed"))
    click.echo(
        "Name every phone on this line, cordless ones, faxes and terminals with keys, too; "
        "an empty name ends the list.",
        err=True,
    )
    names: list[str] = []
    while name := str(click.prompt(f"Phone {len(names) + 1}", default="", err=True)).strip():
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
            self.step("far", f"call {number + 1}", number=number)

    def step(self, step: Step, name: str = "", *, number: int = 0, twice: bool = False) -> None:
        """Lead through one step until the recorder heard all of it."""
        keys = "1 5 9 * 0 #" if step == "far" else "1 2 3 4 5 6 7 8 9 * 0 #"
        each = ", and then all of them again" if twice else ""
        self._say("\n" + _INSTRUCTIONS[step].format(name=name, keys=keys, twice=each))
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
            self._once(_STAGES[now.stage])
        if now.prompt_db is not None:
            self._once(f"  The device’s words arrive at {now.prompt_db:+.1f} dB.")
        if now.tones_db is not None:
            self._once(f"  Two tones 20 dB apart read {now.tones_db:.1f} dB.")
        if now.faults:
            self._once(f"  {said(now.faults)}")
        for place, key in enumerate(now.keys):
            off = f"{key.low:+.2f} % and {key.high:+.2f} %"
            self._once(f"  {place + 1}. Key {key.key} at {key.dbm0:.1f} dBm0, tones off by {off}.")
        if now.stage == "done":
            self._say("  All of it was heard.")

    def _once(self, sentence: str) -> None:
        if sentence not in self._reported:
            self._reported.add(sentence)
            self._say(sentence)

    @staticmethod
    def _say(sentence: str) -> None:
        click.echo(sentence, err=True)


_STAGES = {
    "waiting": "  Waiting for the call.",
    "dialled": "  This call was dialled here and does not count; hang up, and call from outside.",
}
