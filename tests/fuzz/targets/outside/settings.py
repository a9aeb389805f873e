"""The configuration: a TOML file that a person, a script or a bad card has written.

An input is the file's bytes.
"""

from appliance.config.read import load, trial_text
from appliance.errors import ConfigError
from tests.fuzz.feeding import Target, memory_file


def take(raw: bytes) -> None:
    """Read it as every process does at its start."""
    assert load(memory_file("settings").holds(raw)).lines


def seeds() -> dict[str, bytes]:
    """Return the trial's, a small one with mistakes, and what is no TOML."""
    return {
        "trial": trial_text().encode(),
        "mistakes": b'[office]\nnmae = "x"\n[[line]]\nname = 1\nchoices = {"1" = [2]}\n',
        "no_toml": b"[office\n",
        "deep": b"a = " + b"[" * 2000,
        "wide": b"a." * 800 + b"a = 1",
        "other_code": "name = 'ż'".encode("iso-8859-2"),
        "dates": b"a = 1979-05-27T07:32:00.999999-07:00\nb = inf\nc = -0x1\n",
    }


TARGET = Target(
    "settings", take, (ConfigError,), seeds, words=True, lines=True, longest=8192, mutations=150
)
