"""Find the targets: each module below ``targets`` has one, by its own name.

``vault`` has the files of the data folder, ``lines`` what devices of a line send, ``outside`` what
else comes over a wire, a socket or a hand.
"""

import importlib
from pathlib import Path

from tests.fuzz.feeding import Target

HERE = Path(__file__).parent
SEEDS = HERE / "seeds"


def names() -> list[str]:
    """Return the names of all targets."""
    return sorted(_modules())


def _modules() -> dict[str, str]:
    """Return each target's module."""
    found = (HERE / "targets").glob("*/[a-z]*.py")
    return {path.stem: f"tests.fuzz.targets.{path.parent.name}.{path.stem}" for path in found}


def target(name: str) -> Target:
    """Return the target of a name."""
    found: Target = importlib.import_module(_modules()[name]).TARGET
    assert found.name == name
    return found


def kept(name: str) -> dict[str, bytes]:
    """Return a target's seeds as they are kept, by file name."""
    return {path.name: path.read_bytes() for path in sorted((SEEDS / name).iterdir())}


def write_seeds() -> None:
    """Write the seeds that are missing; to renew one, for another format, remove it first."""
    for name in names():
        folder = SEEDS / name
        folder.mkdir(parents=True, exist_ok=True)
        for seed, raw in target(name).seeds().items():
            if not (folder / seed).exists():
                (folder / seed).write_bytes(raw)


if __name__ == "__main__":
    write_seeds()
