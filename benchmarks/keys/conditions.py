"""Measure DTMF under every condition, beside the peers on the same sound."""

from collections.abc import Iterator

from benchmarks.kept import keep
from benchmarks.keys.material import ACCEPT, REJECT
from benchmarks.keys.scores import DIGITS, GROUPS, OURS, Score, mean_of, scores
from benchmarks.row import Row, Table, percent, ratio

_TITLES = {
    "accept": "DTMF that must be taken, by condition",
    "reject": "DTMF that must not be taken, by condition",
    "between": "DTMF that may be taken or not, by condition",
}


def _worst(scored: dict[str, Score]) -> str:
    name = min(scored, key=lambda condition: scored[condition].taken)
    return f"worst {percent(scored[name].taken)} ({name})"


def _most(scored: dict[str, Score]) -> str:
    name = max(scored, key=lambda condition: scored[condition].taken)
    return f"most {percent(scored[name].taken)}" + (f" ({name})" if scored[name].taken else "")


def _others(group: str) -> dict[str, dict[str, Score]]:
    return {name: scored for name, scored in scores(group).items() if name != OURS}


def _beside(ours: float, peers: dict[str, tuple[float, str]]) -> str:
    """Return each peer's figure as text, with the ratio of ours to it."""
    said = [f"{name} {words} ({ratio(ours, figure)})" for name, (figure, words) in peers.items()]
    return "; ".join(said) or "no peer here"


def _means(scored: dict[str, Score]) -> tuple[float, str]:
    return mean_of(scored), percent(mean_of(scored))


def _mosts(scored: dict[str, Score]) -> tuple[float, str]:
    return max(score.taken for score in scored.values()), _most(scored)


def _extras(scored: dict[str, Score]) -> int:
    return sum(score.extra for score in scored.values())


def table(group: str) -> Table:
    """Return the share of keys taken, a line a condition and a column a hearer."""
    scored = scores(group)
    names = [condition.name for condition in GROUPS[group]]
    return Table(
        _TITLES[group],
        ("condition", *scored),
        tuple((name, *(percent(scored[who][name].taken) for who in scored)) for name in names),
    )


def rows() -> Iterator[Row | Table]:
    """Measure."""
    accept, reject = scores("accept"), scores("reject")
    keep("accept", {who: {n: one.taken for n, one in got.items()} for who, got in accept.items()})
    ours = accept[OURS]
    yield Row(
        f"DTMF that must be taken, {len(ACCEPT)} conditions × {DIGITS}",
        f"mean {percent(mean_of(ours))}, {_worst(ours)}",
        "mean ≥ 99 %, each ≥ 97 %",
        _beside(mean_of(ours), {name: _means(one) for name, one in _others("accept").items()}),
        mean_of(ours) >= 0.99 and min(score.taken for score in ours.values()) >= 0.97,
    )
    yield Row(
        "digits heard in them that were not sent",
        str(_extras(ours)),
        "0",
        _beside(
            _extras(ours),
            {name: (_extras(one), str(_extras(one))) for name, one in _others("accept").items()},
        ),
        not _extras(ours),
    )
    yield Row(
        f"DTMF that must not be taken, {len(REJECT)} conditions × {DIGITS}",
        _most(reject[OURS]),
        "≤ 1 %",
        _beside(
            _mosts(reject[OURS])[0],
            {name: _mosts(one) for name, one in _others("reject").items()},
        ),
        _mosts(reject[OURS])[0] <= 0.01,
    )
    for group in GROUPS:
        yield table(group)
