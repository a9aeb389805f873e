"""Make proofs of lines that were no telephone lines, and of a recorder that nobody met."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.vectors.office import MONITOR, RULE, SOUND

if TYPE_CHECKING:
    from tests.vectors.proofs import Box

ROLES = ("hook", "audio", "prompt")
UNREAL: dict[str, tuple[str, dict[str, dict[str, str]]]] = {
    "simulated": (
        "simulated",
        {role: {"driver": "exchange", "bus": "simulated", "device": ""} for role in ROLES},
    ),
    "simulated_prompt": (
        "simulated",
        {"hook": MONITOR, "audio": SOUND, "prompt": {**SOUND, "bus": "simulated"}},
    ),
    "pty": (
        "virtual",
        {
            "hook": {"driver": "monitor", "bus": "virtual", "device": "/dev/pts/3"},
            "audio": SOUND,
            "prompt": SOUND,
        },
    ),
    "null_sink": (
        "virtual",
        {
            "hook": MONITOR,
            "audio": {"driver": "sound", "bus": "virtual", "device": "line"},
            "prompt": {"driver": "sound", "bus": "virtual", "device": "line"},
        },
    ),
    "loopback_peer": (
        "virtual",
        {role: {"driver": "isdn", "bus": "virtual", "device": "127.0.0.1:9311"} for role in ROLES},
    ),
}
"""Name of a vector -> what its line is said to be, and by what it was heard."""


def proofs(ours: "Box", written: Callable[[Any], str]) -> dict[str, tuple[bytes, None]]:
    """Return the proofs, none of which has a failure."""
    found: dict[str, tuple[bytes, None]] = {}
    for name, (_, heard) in UNREAL.items():
        core = ours.core(rule=written({**RULE, "heard": heard}))
        found[name] = ours.proof(core, ours.annex(core)), None
    core = ours.core()
    annex = ours.annex(core)
    annex["kept"][0]["attested"] = False
    return found | {"foreign_recorder": (ours.proof(core, annex), None)}
