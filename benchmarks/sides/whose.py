"""Measure whose key it was: scenes 1 to 14 by grade, beside the level rule of others.

This also draws ``docs/sides-*.svg``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.curves import Axis, Curve, drawn
from benchmarks.machine import each
from benchmarks.row import Row, percent, ratio
from benchmarks.sides.kinds import FAR, NEAR, Kind
from benchmarks.sides.offices import Office, office
from benchmarks.sides.presses import PER_OFFICE, RULES, Ears, Score, judged
from benchmarks.svg import Picture

PRESSES = 3000
KINDS = (*NEAR, *FAR)
JITTERS_DB = (0.35, 2.0)
"""Of a phone's level from press to press: the first flatters every level rule, so both."""

PICTURE = Path(__file__).parents[2] / "docs" / "sides.svg"
_PENS = {"A": ("ours", ""), "B": ("ours", "8 4"), "level rule": ("peer", "2 4")}
_SMALLEST = 1e-4  # of the picture's logarithmic axis


@dataclass(frozen=True, slots=True)
class Offices:
    """Offices that earn grade B; one in three has a phone with exact tones."""

    chosen: tuple[Office, ...]
    tried: int
    earn_c: int  # of those tried


@cache
def office_set(jitter_db: float, ata: bool) -> Offices:
    """Return as many offices as are needed."""
    chosen: list[Office] = []
    tried = earn_c = 0
    while len(chosen) < PRESSES // PER_OFFICE:
        each = office(tried, jitter_db, exact=tried % 3 == 0, ata=ata)
        ears = Ears(each)
        tried += 1
        earn_c += ears.grade_c
        if ears.grade_b:
            chosen.append(each)
    return Offices(tuple(chosen), tried, earn_c)


def scores(kind: Kind, jitter_db: float) -> dict[str, Score]:
    """Return the verdicts on presses of a kind."""
    return _all_scores()[kind, jitter_db]


@cache
def _all_scores() -> dict[tuple[Kind, float], dict[str, Score]]:
    """Judge all presses of all kinds."""
    wanted = [(kind, jitter_db) for jitter_db in JITTERS_DB for kind in KINDS]
    for kind, jitter_db in wanted:
        office_set(jitter_db, kind.ata)  # before there are several processes
    jobs = [(place, jitter_db) for jitter_db in JITTERS_DB for place in range(len(KINDS))]
    return dict(zip(wanted, each(_judged, jobs, "sides"), strict=True))


def _judged(job: tuple[int, float]) -> dict[str, Score]:
    place, jitter_db = job  # a kind itself does not pass from process to process
    return judged(KINDS[place], jitter_db, office_set(jitter_db, KINDS[place].ata).chosen)


def rows() -> Iterator[Row]:
    """Measure, and draw a picture for each jitter."""
    for jitter_db in JITTERS_DB:
        yield from _graded(jitter_db)
        yield from (_row(kind, jitter_db) for kind in KINDS)
        path = PICTURE.with_stem(f"{PICTURE.stem}-jitter-{jitter_db:g}".replace(".", "-"))
        picture(jitter_db).save(path)


def _graded(jitter_db: float) -> Iterator[Row]:
    """Return the row of offices that earn a grade by their levels and tones."""
    for ata, line in ((False, "exchange line"), (True, "router or ATA port")):
        found = office_set(jitter_db, ata)
        yield Row(
            f"offices that earn B or C on one mixed signal, {line}, jitter {jitter_db} dB",
            f"B {len(found.chosen)}, C {found.earn_c} of {found.tried}",
            "reported; the presses below are in those that earn B",
        )


def _row(kind: Kind, jitter_db: float) -> Row:
    found = scores(kind, jitter_db)
    told = "; ".join(_figure(kind, rule, found[rule]) for rule in RULES[:3])
    peer = found[RULES[3]]
    ratios = ", ".join(
        f"{rule} {ratio(found[rule].far, peer.far)}" for rule in RULES[:2] if found[rule].presses
    )
    who, verb = ("near", "taken for far") if kind.near else ("far", "accepted")
    return Row(
        f"side, scene {kind.scene}, {PRESSES} {who}, jitter {jitter_db} dB: {kind.name}",
        f"{verb}: {told}",
        _wanted(kind) or "reported",
        f"{_figure(kind, RULES[3], peer)} ({ratios})",
        all(_met(kind, found[rule], limit) for rule, limit in kind.target) if kind.target else None,
    )


def _wanted(kind: Kind) -> str:
    if kind.near:
        rules = " and ".join(rule for rule, _ in kind.target)
        return f"{rules}: 0 taken for far" if rules else ""
    return ", ".join(f"{rule} ≥ {100 * limit:.0f} %" for rule, limit in kind.target)


def _met(kind: Kind, score: Score, limit: float) -> bool:
    part = score.far / score.presses if score.presses else 0.0
    return part <= limit if kind.near else part >= limit


def _figure(kind: Kind, rule: str, score: Score) -> str:
    if not score.presses:
        return f"{rule} not earned"
    if not kind.near:
        unsure = f", unsure {percent(score.unsure, score.presses)}" if rule in RULES[:3] else ""
        return f"{rule} {percent(score.far, score.presses)}{unsure}"
    of = "" if score.presses == PRESSES else f" of {score.presses}"
    return f"{rule} {score.far}{of}"


def _curves(jitter_db: float) -> Iterator[Curve]:
    """Yield near taken for far against far accepted, as each rule's limit moves."""
    near = [kind for kind in NEAR if kind.scene in {8, 9}]
    far = [kind for kind in FAR if kind.scene in {1, 2} and kind.target]
    for rule in (RULES[0], RULES[1], RULES[3]):
        wrong = sorted(m for kind in near for m in scores(kind, jitter_db)[rule].margins)
        right = sorted(m for kind in far for m in scores(kind, jitter_db)[rule].margins)
        if not wrong or not right:
            continue
        limits = sorted({*wrong, *right, 0.0})
        points = tuple(_point(wrong, right, limit) for limit in limits)
        kind, dashes = _PENS[rule]
        yield Curve(rule, points, _point(wrong, right, 0.0), kind, dashes)


def _point(wrong: list[float], right: list[float], limit: float) -> tuple[float, float]:
    taken = sum(m > limit for m in wrong) / len(wrong)
    accepted = sum(m > limit for m in right) / len(right)
    return across(taken), accepted


def across(part: float) -> float:
    """Return a share's place on the logarithmic axis; zero is at its beginning."""
    return 0.0 if part < _SMALLEST else 1 - math.log10(part) / math.log10(_SMALLEST)


def picture(jitter_db: float) -> Picture:
    """Draw the curves of one jitter."""
    marks = ((0.0, "none"), (0.25, "0.1 %"), (0.5, "1 %"), (0.75, "10 %"), (1.0, "100 %"))
    return drawn(
        f"Whose key it was, enrolled phones, level jitter {jitter_db:g} dB",
        "Near keys taken for the caller's against far keys accepted, as each rule's limit moves.",
        Axis("near keys taken for far", marks),
        Axis("far keys accepted", tuple((n / 5, f"{20 * n} %") for n in range(6))),
        list(_curves(jitter_db)),
    )
