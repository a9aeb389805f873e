"""Fetch the wheels of the card's Python.

``PYTHONPATH=image-build python -m card.wheels FOLDER`` fills a folder; without one the list is
printed.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from installer.wheels import Target, download, fill, product, wanted

BOARD = Target("aarch64")
TOOLS = {"requirements-build.lock": {"setuptools"}}
"""What builds PyAudio."""


def lists() -> Mapping[str, list[str]]:
    """Return what the card has, and what builds it, by the name of its list."""
    here = BOARD.surroundings
    tools = [text for lock, only in TOOLS.items() for text in wanted(lock, here, only)]
    return {"product.txt": product(here), "tools.txt": tools}


def main(arguments: Sequence[str]) -> None:
    """Fill a folder with wheels, PyAudio's source and the lists, or print these."""
    named = lists()
    if not arguments:
        sys.stdout.write("".join(text for texts in named.values() for text in texts))
        return
    folder = Path(arguments[0])
    fill(folder, BOARD)
    download(folder, named["tools.txt"], BOARD.pip)
    for name, texts in named.items():
        (folder / name).write_text("".join(texts), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
