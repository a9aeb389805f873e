"""A scene: a TOML file that somebody hands to ``zgoda call``.

An input is the file's bytes.
"""

from importlib import resources

from appliance.errors import LineError
from appliance.exchange.script.files import find_scene
from tests.fuzz.feeding import Target
from tests.fuzz.toml_file import toml_file


def take(raw: bytes) -> None:
    """Read it as the command does."""
    find_scene(str(toml_file("scene", raw)))


def seeds() -> dict[str, bytes]:
    """Return two of ours, one with mistakes, and what is no TOML."""
    shipped = resources.files("appliance.exchange") / "scenes"
    return {
        "agrees": (shipped / "agrees.toml").read_bytes(),
        "held": (shipped / "call-waiting.toml").read_bytes(),
        "mistakes": b'[caller]\nnubmer = 1\n[[act]]\nat = "x"\n[variant.a]\n',
        "no_toml": b"[caller\n",
        "deep": b"a = " + b"{a=" * 800,
        "other_code": "name = 'ż'".encode("iso-8859-2"),
    }


TARGET = Target(
    "scene", take, (LineError,), seeds, words=True, lines=True, longest=8192, mutations=150
)
