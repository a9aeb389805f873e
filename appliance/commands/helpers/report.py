"""Print the doctor's findings for programs, also where the examination is refused.

The form is described in ``docs/doctor-json.md``; a change that a reader could trip over needs
another ``VERSION``.
"""

from collections.abc import Iterable
from typing import Any, Literal

import click
from msgspec import Struct, field

from appliance import __version__
from appliance.commands.helpers.options import print_json
from appliance.commands.helpers.refusals import told
from appliance.config.mistakes import Mistake
from appliance.errors import ZgodaError
from appliance.model.findings import SUBJECTS, Finding
from appliance.model.sentences.lacking import Lacking

VERSION = 1

ENGLISH = "en"
"""The language of a report of which none is asked for: a program reads the same everywhere."""

LEVELS = ("ok", "warn", "fail")


class ReportedFinding(Struct, frozen=True):
    """One finding."""

    id: str
    subject: str
    level: Literal["ok", "warn", "fail"]
    values: dict[str, str]
    text: str
    inside: tuple[Mistake, ...] = ()
    lacking: tuple[Lacking, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """All findings of an examination, or why there is none."""

    version: int = VERSION
    zgoda: str = __version__
    language: str = ENGLISH
    refused: str | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    findings: tuple[ReportedFinding, ...] = ()


def report(findings: Iterable[Finding], language: str) -> Report:
    """Put findings into an order that does not depend on how bad they are."""
    ordered = sorted(findings, key=_place)
    levels: list[str] = [finding.level for finding in ordered]
    return Report(
        language=language,
        counts={level: levels.count(level) for level in LEVELS},
        findings=tuple(
            ReportedFinding(
                each.id,
                each.subject,
                each.level,
                dict(sorted(each.values.items())),
                each.sentence(language),
                each.inside,
                each.lacking,
            )
            for each in ordered
        ),
    )


def _place(finding: Finding) -> tuple[int, str, list[tuple[str, str]], list[tuple[int, str]]]:
    quoted = [(each.line, each.key) for each in finding.inside]
    return SUBJECTS.index(finding.subject), finding.id, sorted(finding.values.items()), quoted


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
                language = ctx.params.get("language") or ENGLISH
                print_json(Report(language=language, refused=told(error, language)))
            raise
