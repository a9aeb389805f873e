"""Make the Python environment of a box from the lock files, beside the one in use.

Each environment has a folder of its own, /opt/zgoda-<key>, and /opt/zgoda leads to the one in use.
So an upgrade that is cut off changes nothing, and processes that still run keep their files.
"""

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from installer.places import REPOSITORY

LOCK, HARDWARE, BUILD = (f"requirements{name}.lock" for name in ("", "-hardware", "-build"))
READY = ".ready"
"""The file that an environment has once it is whole."""

SOURCES = ("appliance", "web", "firmware-config", "pyproject.toml", "README.md", "LICENSE")
_NAME = re.compile(r"zgoda-[0-9a-f]{12}")

Run = Callable[[Sequence[str]], None]
"""Runs a command; raises EnvironmentFailed if it fails."""


class EnvironmentFailed(Exception):
    """The programs could not be installed; the message says what, and what to do."""


def run(command: Sequence[str]) -> None:
    """Run a command and show what it says only if it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise EnvironmentFailed(f"This failed: {' '.join(command)}\n{said}")


def key(wheels: Path | None, root: Path = REPOSITORY) -> str:
    """Return 12 digits that tell one environment from another: all that goes into it."""
    found = hashlib.sha256(f"{platform.python_version()} {platform.machine()}".encode())
    for path in (root / LOCK, root / HARDWARE, *sources(root)):
        found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    for path in built(wheels) if wheels else ():
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def sources(root: Path = REPOSITORY) -> list[Path]:
    """Return the files that the product's wheel is made of."""
    every = [path for name in SOURCES for path in (root / name, *(root / name).rglob("*"))]
    return sorted(path for path in every if path.is_file() and path.suffix != ".pyc")


def built(wheels: Path) -> list[Path]:
    """Return the wheels in a folder that are in no lock file, for we build them: two or three.

    Raises:
        EnvironmentFailed: one is missing, or there are two.
    """
    found = []
    for name in ("zgoda", "pyaudio"):
        match = [path for path in wheels.glob("*.whl") if path.name.lower().startswith(f"{name}-")]
        if len(match) != 1:
            raise EnvironmentFailed(
                f"{wheels} holds {len(match)} wheels of {name}, and one is needed: "
                "fill an empty folder with image-build/setup wheels FOLDER."
            )
        found += match
    return found


def make(opt: Path, wheels: Path | None, name: str, execute: Run = run) -> bool:
    """Make the environment ``opt``/``name`` if it is not there; say whether it had to be made.

    Args:
        opt: the folder of environments.
        wheels: a folder with every wheel, so that no network is needed; None: pip fetches them.
        name: of the environment's folder.
        execute: runs a command.

    Raises:
        EnvironmentFailed: a command failed; nothing is left of what was begun.
    """
    folder = opt / name
    if (folder / READY).exists():
        return False
    shutil.rmtree(folder, ignore_errors=True)
    opt.mkdir(mode=0o755, parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as work:
            _fill(folder, wheels, Path(work), execute)
        folder.chmod(0o755)
        (folder / READY).touch(mode=0o644)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return True


def _fill(folder: Path, wheels: Path | None, work: Path, execute: Run) -> None:
    own = built(wheels) if wheels else build(work, execute)
    there = ["--no-index", "--find-links", str(wheels)] if wheels else []
    execute([sys.executable, "-m", "venv", str(folder)])
    pip = pip_of(folder)
    execute([*pip, "install", *there, "--require-hashes", "-r", str(REPOSITORY / LOCK)])
    also = sorted(wheels.glob("adafruit_lgpio-*.whl")) if wheels else []
    execute([*pip, "install", "--no-index", "--no-deps", *map(str, [*own, *also])])


def build(work: Path, execute: Run, python: str = sys.executable) -> list[Path]:
    """Build what has no wheel, PyAudio and the product itself; return all that came of it.

    Args:
        work: an empty folder to work in.
        execute: runs a command.
        python: the one that the wheels are for.
    """
    execute([python, "-m", "venv", str(work / "tools")])
    pip, out = pip_of(work / "tools"), ["--wheel-dir", str(work / "wheels"), "--no-build-isolation"]
    execute([*pip, "install", "--require-hashes", "-r", str(REPOSITORY / BUILD)])
    execute([*pip, "wheel", *out, "--require-hashes", "-r", str(REPOSITORY / HARDWARE)])
    execute([*pip, "wheel", *out, "--no-deps", str(REPOSITORY)])
    return sorted((work / "wheels").glob("*.whl"))


def gather(folder: Path, execute: Run = run) -> None:
    """Fill a folder with every wheel that this Python needs, for a box without a network.

    Raises:
        EnvironmentFailed: one could not be fetched or built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for wheel in build(Path(work), execute):
            shutil.copyfile(wheel, folder / wheel.name)
        lock = ["--require-hashes", "-r", str(REPOSITORY / LOCK)]
        pip = pip_of(Path(work) / "tools")
        execute([*pip, "download", "--only-binary=:all:", *lock, "--dest", str(folder)])


def pip_of(folder: Path) -> list[str]:
    """Return how an environment's pip is called: quiet, and never asking."""
    python = str(folder / "bin" / "python")
    return [python, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]


def others(opt: Path, name: str) -> list[Path]:
    """Return the environments of earlier versions."""
    folders = opt.iterdir() if opt.is_dir() else ()
    return sorted(path for path in folders if _NAME.fullmatch(path.name) and path.name != name)
