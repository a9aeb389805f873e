"""Measure the errors of each digit's own figures against the digit sent."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import RATE
from appliance.signals.dtmf.detector import Digit
from benchmarks.keys.material import ACCEPT, Condition
from benchmarks.keys.scores import Case, case, heard
from benchmarks.row import Row

_MEASURED = ("onset", "length", "level", "twist", "deviation", "confidence")
_NEAR = RATE // 100 * 3  # a digit within 30 ms is the one that was sent
Errors = dict[str, NDArray[np.float64]]


@cache
def _errors(condition: Condition) -> Errors:
    """Return the errors of every digit heard, and its confidence."""
    made = case(condition)
    found = heard(made.sent.sound)
    pairs = [(onset, digit) for onset in made.sent.onsets for digit in _at(found, onset)]
    lines = [_errors_of(made, onset, digit) for onset, digit in pairs]
    table = np.asarray(lines, np.float64).reshape(-1, len(_MEASURED))
    return dict(zip(_MEASURED, table.T, strict=True))


def _at(found: list[Digit], onset: int) -> list[Digit]:
    return [digit for digit in found if abs(digit.sample - onset) <= _NEAR]


def _errors_of(made: Case, onset: int, digit: Digit) -> tuple[float, ...]:
    sent = made.condition
    return (
        (digit.sample - onset) * 1000 / RATE,
        digit.ms - sent.tone_ms,
        digit.measured.dbm0 - sent.dbm0,
        digit.measured.twist_db - sent.twist_db,
        (digit.measured.deviation - sent.deviation) * 100,
        digit.measured.confidence,
    )


def _joined(conditions: list[Condition]) -> Errors:
    parts = [_errors(condition) for condition in conditions]
    return {name: np.concatenate([part[name] for part in parts]) for name in _MEASURED}


def _said(errors: Errors) -> str:
    def bound(name: str, unit: str) -> str:
        sizes = np.abs(errors[name])
        return f"{name} ± {np.quantile(sizes, 0.99):.2g} {unit} (most {sizes.max():.2g})"

    confidence = errors["confidence"]
    return (
        f"{bound('onset', 'ms')}, {bound('length', 'ms')}, {bound('level', 'dB')}, "
        f"{bound('twist', 'dB')}, {bound('deviation', '%')}; "
        f"confidence {confidence.min():.2f}–{confidence.max():.2f}, "
        f"mean {confidence.mean():.2f}"
    )


def rows() -> Iterator[Row]:
    """Measure: 99 in 100 digits are within the first figure, all within the second."""
    clear = [c for c in ACCEPT if not c.dial and c.snr_db is None and not c.break_ms]
    noisy = [c for c in ACCEPT if c.snr_db is not None]
    dial = [c for c in ACCEPT if c.dial]
    for name, conditions in (
        ("no noise", clear),
        ("noise at SNR 15 to 30 dB", noisy),
        ("dial tone underneath", dial),
    ):
        yield Row(
            f"a digit's own figures, {len(conditions)} conditions, {name}",
            _said(_joined(conditions)),
        )
