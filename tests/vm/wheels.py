"""Fetch the wheels of the machine's Python: what the lock files name for 3.13 on a board.

``python -m tests.vm.wheels FOLDER`` fills a folder; without one the list is printed.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from installer.wheels import Target, apart, download, product, wanted

MACHINE = Target("x86_64")
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
BOARD: Mapping[str, str] = Target("aarch64").surroundings
"""What a board has: lgpio, too."""


def lists() -> Mapping[str, list[str]]:
    """Return what each environment of the machine has, by the name of its list."""
    tools = [text for lock, only in TOOLS.items() for text in wanted(lock, BOARD, only)]
    testers = [text for lock, only in TESTERS.items() for text in wanted(lock, BOARD, only)]
    return {"product.txt": product(BOARD), "tools.txt": tools, "testers.txt": testers}


def main(folder: Path) -> None:
    """Fill a folder with wheels, sources and the lists."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, texts in lists().items():
        (folder / name).write_text("".join(texts), "utf-8")
    every = dict.fromkeys(text for texts in lists().values() for text in texts)
    ready, built = apart(list(every), FROM_SOURCE)
    download(folder, ready, MACHINE.pip)
    download(
        folder, built, ["--no-binary=:all:", "--no-build-isolation", "--ignore-requires-python"]
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        sys.stdout.write("".join(text for texts in lists().values() for text in texts))
