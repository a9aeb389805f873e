"""Fetch the wheels of the machine's Python: what the lock files name for 3.13 on a board.

``python -m tests.vm.wheels FOLDER`` fills a folder; without one the list is printed.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).parents[2]
PYTHON = "3.13"
LOCKS = ("requirements.lock", "requirements-hardware.lock")
TOOLS = {"requirements-build.lock": {"setuptools"}}
"""What builds PyAudio and lgpio."""
TESTERS = {
    "requirements-dev.lock": {
        *("hypothesis", "iniconfig", "packaging", "pluggy", "pygments", "pytest"),
        *("pytest-timeout", "sortedcontainers"),
    }
}
"""What runs the tests there; in an environment of its own, so that the product's stays as it is."""

FROM_SOURCE = ("pyaudio", "adafruit-lgpio")
"""Has no wheels for Linux; has them for boards alone. Both are built in the machine."""
BOARD: Mapping[str, str] = {
    "python_version": PYTHON,
    "python_full_version": f"{PYTHON}.0",
    "platform_machine": "aarch64",  # what a board has: lgpio, too
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}
PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in range(5, 42)]
PLATFORMS += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]


def entries(lock: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, marker and text of each package of a lock file."""
    joined = lock.read_text("utf-8").replace("\\\n", " ")
    for line in filter(None, map(str.strip, joined.splitlines())):
        requirement, _, hashes = line.partition(" --hash=")
        pin, _, marker = (part.strip() for part in requirement.partition(" ;"))
        yield pin.partition("==")[0].partition("[")[0], marker, f"{pin} --hash={hashes}\n"


def wanted(lock: str, only: set[str] | None = None) -> list[str]:
    """Return the lines of a lock file that hold for the machine, without their conditions."""
    return [
        text
        for name, marker, text in entries(ROOT / lock)
        if (only is None or name in only) and (not marker or Marker(marker).evaluate(dict(BOARD)))
    ]


def lists() -> Mapping[str, list[str]]:
    """Return what each environment of the machine has, by the name of its list."""
    product = [text for lock in LOCKS for text in wanted(lock)]
    tools = [text for lock, only in TOOLS.items() for text in wanted(lock, only)]
    testers = [text for lock, only in TESTERS.items() for text in wanted(lock, only)]
    return {"product.txt": product, "tools.txt": tools, "testers.txt": testers}


def main(folder: Path) -> None:
    """Fill a folder with wheels, sources and the lists."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, texts in lists().items():
        (folder / name).write_text("".join(texts), "utf-8")
    every = dict.fromkeys(text for texts in lists().values() for text in texts)
    source = [text for text in every if text.startswith(FROM_SOURCE)]
    built = [text for text in every if text not in source]
    target = ["--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}"]
    target += [f"--abi={abi}" for abi in ("cp313", "abi3", "none")]
    target += [f"--platform={platform}" for platform in PLATFORMS]
    download(folder, built, target)
    download(
        folder, source, ["--no-binary=:all:", "--no-build-isolation", "--ignore-requires-python"]
    )


def download(folder: Path, texts: list[str], options: list[str]) -> None:
    """Download by hash, from where this machine's pip does."""
    asked = folder / "asked.txt"
    asked.write_text("".join(texts), "utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "--no-deps", "--require-hashes", *options, "--dest", str(folder)]
    subprocess.run([*command, "--requirement", str(asked)], check=True)
    asked.unlink()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        sys.stdout.write("".join(text for texts in lists().values() for text in texts))
