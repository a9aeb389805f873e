"""Read what was answered to holes that a release may have for a while."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from advisories.parts import AuditError
from advisories.published import Hole

LONGEST = timedelta(days=90)
"""As SECURITY.md promises."""

OUT_OF_REACH = timedelta(days=366)
"""A hole through which no box can be attacked is looked at again once a year."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a hole does not keep a release back, and until when."""

    id: str
    until: date


def read_answers(file: Path) -> Mapping[str, Answer]:
    """Return the answers by the hole's id.

    Raises:
        AuditError: an answer gives no reason, or holds longer than is promised.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8")).get("answer", [])
        answers = [_answer(each) for each in told]
    except OSError as error:
        raise AuditError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AuditError(f"{file} has a mistake: {error}") from error
    if len({each.id for each in answers}) != len(answers):
        raise AuditError(f"{file} answers a hole twice.")
    return {each.id: each for each in answers}


def _answer(each: Mapping[str, object]) -> Answer:
    if set(each) != {"id", "known", "until", "reachable", "why"}:
        raise ValueError("an answer has id, known, until, reachable and why.")
    name, known, until, reachable, why = (
        each[key] for key in ("id", "known", "until", "reachable", "why")
    )
    if type(known) is not date or type(until) is not date or not isinstance(reachable, bool):
        raise ValueError(f"{name}: known and until are days, reachable is true or false.")
    if len(str(why).split()) < 4:
        raise ValueError(f"{name}: a reason is a sentence.")
    if not known <= until <= known + (LONGEST if reachable else OUT_OF_REACH):
        raise ValueError(f"{name}: {until} is later than may be promised.")
    return Answer(str(name), until)


def left(
    holes: Iterable[Hole], answers: Mapping[str, Answer], today: date
) -> tuple[list[Hole], list[str]]:
    """Return the holes that keep a release back, and answers to what no part has any more."""
    there = {hole.id for hole in holes}
    kept = [
        hole
        for hole in sorted(holes)
        if hole.counts and not ((said := answers.get(hole.id)) and today <= said.until)
    ]
    return kept, sorted(answers.keys() - there)
