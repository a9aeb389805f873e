"""Read what test calls taught about a line: a TOML file in the recorder's own folder.

An input is the file's bytes.
"""

from appliance.errors import LineError
from appliance.model.calibration import LineCalibration, encode
from appliance.recorder.calibration.figures import learnt as learnt_from
from appliance.recorder.calibration.figures import read_figures
from tests.fuzz.feeding import Target
from tests.fuzz.toml_file import toml_file


def take(raw: bytes) -> None:
    """Read it as a line does at its start."""
    path = toml_file("calibration", raw)
    learnt_from(read_figures(path.parent, path.stem))


def seeds() -> dict[str, bytes]:
    """Return what nobody has learnt yet, one with an odd figure, and what is no TOML."""
    usual = encode(LineCalibration()).encode()
    return {
        "usual": usual,
        "odd": b"prompt_db = nan\n",
        "phones": b"[[phone]]\nname = 'a'\nprompt_db = 1e308\n[[phone]]\n",
        "no_toml": b"[phone\n",
        "deep": b"a = " + b"[" * 2000,
        "other_code": "name = 'ż'".encode("iso-8859-2"),
    }


TARGET = Target("calibration", take, (LineError,), seeds, words=True, lines=True)
