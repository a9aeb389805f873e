"""Conceal a gap of one frame within a key.

Two steady tones before and after the gap, at the same levels and frequencies and in phase, also
sounded within it: no finger lets go and presses again within 20 ms, and never in phase. With any
less evidence the gap remains, and the key ends at it.
"""

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE
from appliance.signals.dtmf.second_look import MIN_PURITY, KeyMeasurement, measure_key
from appliance.signals.goertzel import Floats, Matrix, sines

_LEVEL_DB = 2.0  # greatest difference between the two sides
_APIECE = 8.0  # hertz, likewise: 20 ms show no more
_HERTZ = 2.0  # hertz, for both sides together
_APART = 2 * FRAME  # between the middles of both sides


def conceal_gap(before: Floats, after: Floats, key: str, channel: int) -> Floats | None:
    """Return the frame missing between two frames of a key; None if they may be two keys.

    Args:
        before: ``[channels, FRAME]``.
        after: likewise, the frame after the gap.
        key: the key that sounds before the gap.
        channel: where it was detected; the others are filled with the same tones.
    """
    early, late = (measure_key(side[channel], key, side[channel, :0]) for side in (before, after))
    if not (early.valid and late.valid and _alike(early, late)):
        return None
    tones = _tuned(before[channel], after[channel], early, late)
    if tones is None:
        return None
    whole = sines(tones, 3 * FRAME)
    known = np.concatenate((whole[:FRAME], whole[2 * FRAME :]))
    heard = np.concatenate((before, after), axis=1).T.astype(np.float64)
    taps = np.linalg.lstsq(known, heard, rcond=None)[0]
    residual = (heard - known @ taps)[:, channel]
    if float(residual @ residual) > (1 - MIN_PURITY) * float(heard[:, channel] @ heard[:, channel]):
        return None
    filled: Floats = (whole[FRAME : 2 * FRAME] @ taps).T.astype(np.float32)
    return filled


def _alike(early: KeyMeasurement, late: KeyMeasurement) -> bool:
    return (
        abs(early.dbm0 - late.dbm0) <= _LEVEL_DB
        and abs(early.twist_db - late.twist_db) <= _LEVEL_DB
        and abs(early.low_hz - late.low_hz) <= _APIECE
        and abs(early.high_hz - late.high_hz) <= _APIECE
    )


def _tuned(
    before: Floats, after: Floats, early: KeyMeasurement, late: KeyMeasurement
) -> tuple[float, float] | None:
    """Return the frequencies that put both sides in phase, if they are the tones' own."""
    rough = ((early.low_hz + late.low_hz) / 2, (early.high_hz + late.high_hz) / 2)
    turned = np.angle(_phasors(after, rough, 2 * FRAME) / _phasors(before, rough, 0))
    low, high = (
        hertz + float(turn) * RATE / (2 * np.pi * _APART)
        for hertz, turn in zip(rough, turned, strict=True)
    )
    own = abs(low - rough[0]) <= _HERTZ and abs(high - rough[1]) <= _HERTZ
    return (low, high) if own else None


def _phasors(sound: Floats, tones: tuple[float, float], start: int) -> NDArray[np.complex128]:
    """Return each tone's amplitude and phase in a frame that begins at ``start``."""
    basis: Matrix = sines(tones, start + FRAME)[start:]
    taps = np.linalg.lstsq(basis, sound.astype(np.float64), rcond=None)[0]
    return np.asarray(taps[:2] - 1j * taps[2:] + 1e-9, np.complex128)
