"""Keep what test calls taught about a line in ``calibration/<line>.toml``."""

from pathlib import Path

import msgspec

from appliance import toml
from appliance.errors import LineError
from appliance.hearing.stream import Calibration
from appliance.model.calibration import LineCalibration, NewerCalibration, encode, parse
from appliance.model.sentences.faults import device_fault
from appliance.recorder.calibration.grading import rule
from appliance.signals.side.fingerprint import EnrolledPhones
from appliance.vault.disk import Disk


class KeptCalibration:
    """What is known of one line; the ears are made from it, and renewed when it is."""

    def __init__(self, folder: Path, line: str, disk: Disk | None = None) -> None:
        """Read the line's file.

        Raises:
            LineError: there is a file, and it cannot be read or holds a mistake.
        """
        self._path = folder / f"{line}.toml"
        self._disk = disk or Disk()
        self.figures = read_figures(folder, line)
        self.learnt = learnt(self.figures)

    def keep(self, figures: LineCalibration) -> None:
        """Put figures in place of those that were known, on the disk first.

        Raises:
            LineError: they could not be written; what was known before stays.
        """
        try:
            self._path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._disk.replace(self._path, encode(figures).encode(), mode=0o640)
        except OSError as error:
            raise LineError(
                device_fault("calibration_unwritten", path=self._path, detail=error.strerror)
            ) from error
        self.figures, self.learnt = figures, learnt(figures)


def read_figures(folder: Path, line: str) -> LineCalibration:
    """Read what is known of a line; without a file nothing is assumed.

    Raises:
        LineError: there is a file, and it cannot be read or holds a mistake.
    """
    path = folder / f"{line}.toml"
    try:
        return parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return LineCalibration()
    except OSError as error:
        raise LineError(
            device_fault("calibration_unread", path=path, detail=error.strerror)
        ) from error
    except NewerCalibration as error:
        newer = device_fault("calibration_newer", path=path, version=error.version, known=1)
        raise LineError(newer) from error
    except (UnicodeDecodeError, toml.MISTAKE, msgspec.ValidationError) as error:
        wrong = device_fault("calibration_wrong", path=path, detail=error)
        raise LineError(wrong) from error


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
        levels=None if isinstance(best, EnrolledPhones) else best,
        enrolled=best if isinstance(best, EnrolledPhones) else None,
        prompts_db=tuple(with_phones) or (0.0,),
    )
