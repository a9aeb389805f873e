"""Print the doctor's findings for programs, also where the examination is refused.

The form is described in ``docs/doctor-json.md``; a change that a reader could trip over needs
another ``VERSION``.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal

import click
from msgspec import Struct, field

from appliance import __version__
from appliance.commands.helpers.options import print_json
from appliance.commands.helpers.refusals import told
from appliance.errors import ZgodaError
from appliance.language import translated
from appliance.model.findings import SUBJECTS, Finding
from appliance.model.sentences.findings import SENTENCES

VERSION = 1

LEVELS = ("ok", "warn", "fail")

Say = Callable[[Finding], str]


class Told(Struct, frozen=True):
    """One finding."""

    id: str
    subject: str
    level: Literal["ok", "warn", "fail"]
    values: dict[str, str]
    text: str


class Report(Struct, frozen=True, kw_only=True):
    """All findings of an examination, or why there is none."""

    version: int = VERSION
    zgoda: str = __version__
    language: str = "en"
    refused: str | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    findings: tuple[Told, ...] = ()


def report(findings: Iterable[Finding], language: str) -> Report:
    """Put findings into an order that does not depend on how bad they are."""
    ordered = sorted(findings, key=_place)
    say = sayer(language)
    levels: list[str] = [finding.level for finding in ordered]
    return Report(
        language=language,
        counts={level: levels.count(level) for level in LEVELS},
        findings=tuple(
            Told(each.id, each.subject, each.level, dict(sorted(each.values.items())), say(each))
            for each in ordered
        ),
    )


def _place(finding: Finding) -> tuple[int, str, list[tuple[str, str]]]:
    return SUBJECTS.index(finding.subject), finding.id, sorted(finding.values.items())


def sayer(language: str) -> Say:
    """Return what says a finding in a language, by the panel's own catalogue.

    What a finding quotes, such as a mistake in the settings, stays English.
    """
    if language == "en":
        return lambda finding: finding.text

    def say(finding: Finding) -> str:
        english = SENTENCES[finding.id].english
        told = english if english.startswith("%(detail)s") else translated(english, language)
        return told % finding.values

    return say


class TellsRefusals(click.Command):
    """A command that prints its report even where it is refused; the exit code stays the same."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the command line; tell what is wrong with it."""
        as_json = "--json" in args
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if as_json:
                print_json(Report(refused=error.format_message()))
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run; tell why it cannot be done."""
        try:
            return super().invoke(ctx)
        except (ZgodaError, OSError) as error:
            if ctx.params.get("as_json"):
                print_json(Report(refused=told(error)))
            raise
