"""What test calls have taught about a line, read from ``calibration/<line>.toml``."""

import tomllib
from pathlib import Path

import msgspec

from appliance.errors import LineError
from appliance.model.calibration import LineCalibration, parse
from appliance.recorder.hearing import Calibration
from appliance.signals.fingerprint import Enrolled
from appliance.signals.grading import rule


def read_calibration(folder: Path, line: str) -> Calibration:
    """Read what is known of a line; without a file nothing is assumed.

    Raises:
        LineError: there is a file, and it cannot be read or holds a mistake.
    """
    path = folder / f"{line}.toml"
    try:
        return learnt(parse(path.read_text("utf-8")))
    except FileNotFoundError:
        return Calibration()
    except OSError as error:
        raise LineError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LineError(f"{path} holds a mistake: {error}; see docs/calibration.md.") from error


def learnt(known: LineCalibration) -> Calibration:
    """Return what the ears make of a calibration."""
    best = rule(known)
    with_phones = [
        round(phone.prompt_db - known.prompt_db, 2)
        for phone in known.phone
        if phone.prompt_db is not None
    ]
    return Calibration(
        prompt_db=known.prompt_db,
        levels=None if isinstance(best, Enrolled) else best,
        enrolled=best if isinstance(best, Enrolled) else None,
        prompts_db=tuple(with_phones) or (0.0,),
    )
