"""Fetch the wheels that the lock files name, for any Python and processor.

What is fetched is what the lock files' hashes say. PyAudio has no wheels for Linux: its source is
fetched, and built where it is to run.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from installer.places import REPOSITORY

LOCKS = ("requirements.lock", "requirements-hardware.lock")
FROM_SOURCE = ("pyaudio",)


@dataclass(frozen=True, slots=True)
class Target:
    """The Python that the wheels are for: Debian's, of one release, on one processor."""

    machine: str
    python: str = "3.13"

    @property
    def surroundings(self) -> dict[str, str]:
        """Return what a lock file's conditions ask about."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "platform_machine": self.machine,
            "sys_platform": "linux",
            "platform_system": "Linux",
            "os_name": "posix",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }

    @property
    def tag(self) -> str:
        """Return the interpreter's name in wheels."""
        return "cp" + self.python.replace(".", "")

    @property
    def pip(self) -> list[str]:
        """Return the options by which pip takes wheels of this target and no others."""
        platforms = [f"manylinux_2_{minor}_{self.machine}" for minor in range(5, 42)]
        platforms += [f"manylinux{name}_{self.machine}" for name in ("2014", "2010", "1")]
        options = ["--only-binary=:all:", "--implementation=cp", f"--python-version={self.python}"]
        options += [f"--abi={abi}" for abi in (self.tag, "abi3", "none")]
        return options + [f"--platform={platform}" for platform in platforms]


def entries(lock: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, marker and text of each package of a lock file."""
    joined = lock.read_text("utf-8").replace("\\\n", " ")
    for line in filter(None, map(str.strip, joined.splitlines())):
        requirement, _, hashes = line.partition(" --hash=")
        pin, _, marker = (part.strip() for part in requirement.partition(" ;"))
        yield pin.partition("==")[0].partition("[")[0], marker, f"{pin} --hash={hashes}\n"


def wanted(lock: str, surroundings: Mapping[str, str], only: set[str] | None = None) -> list[str]:
    """Return the lines of a lock file that hold somewhere, without their conditions."""
    return [
        text
        for name, marker, text in entries(REPOSITORY / lock)
        if (only is None or name in only)
        and (not marker or Marker(marker).evaluate(dict(surroundings)))
    ]


def product(surroundings: Mapping[str, str]) -> list[str]:
    """Return what a box has: the lines of both lock files that hold for it."""
    return [text for lock in LOCKS for text in wanted(lock, surroundings)]


def apart(texts: Sequence[str], sources: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines with wheels, and those that are built from source."""
    built = [text for text in texts if text.startswith(tuple(sources))]
    return [text for text in texts if text not in built], built


def download(folder: Path, texts: Sequence[str], options: Sequence[str]) -> None:
    """Download by hash, from where this machine's pip does.

    Raises:
        subprocess.CalledProcessError: one is not to be had; pip has said why.
    """
    asked = folder / "asked.txt"
    asked.write_text("".join(texts), "utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "--no-deps", "--require-hashes", *options, "--dest", str(folder)]
    subprocess.run([*command, "--requirement", str(asked)], check=True)
    asked.unlink()


Fetch = Callable[[Path, Sequence[str], Sequence[str]], None]


def fill(folder: Path, target: Target, fetch: Fetch = download) -> None:
    """Fill a folder with the wheels for a target, and with the sources of the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    ready, built = apart(product(target.surroundings), FROM_SOURCE)
    fetch(folder, ready, target.pip)
    fetch(folder, built, ["--no-binary=:all:", "--no-build-isolation", "--ignore-requires-python"])
