"""What test calls have taught about a line, read from ``calibration/<line>.toml``."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from appliance.errors import LineError
from appliance.recorder.hearing import Calibration

QUIETEST_DB, LOUDEST_DB = -40.0, 20.0
"""Beyond these a prompt's level on the line is a mistake in the wiring, not a calibration."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    prompt_db: Annotated[float, msgspec.Meta(ge=QUIETEST_DB, le=LOUDEST_DB)] = 0.0


def read_calibration(folder: Path, line: str) -> Calibration:
    """Read what is known of a line; without a file nothing is assumed.

    Raises:
        LineError: there is a file, and it cannot be read or holds a mistake.
    """
    path = folder / f"{line}.toml"
    try:
        known = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except FileNotFoundError:
        return Calibration()
    except OSError as error:
        raise LineError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LineError(f"{path} holds a mistake: {error}; see docs/calibration.md.") from error
    return Calibration(prompt_db=known.prompt_db)
