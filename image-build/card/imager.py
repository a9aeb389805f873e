"""Write the entry with which Raspberry Pi Imager offers the card.

``python -m card.imager IMAGE COMPRESSED`` prints it.

Whoever publishes the image says where it will be: ``--url https://…/`` is put before its name, or
the environment's ``ZGODA_IMAGE_URL``. Without one the entry names the file alone. Imager takes the
entry as a custom repository; it checks the card against the SHA-256 below.
"""

import argparse
import datetime
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

DEVICES = ("pi3-64bit", "pi4-64bit")
"""Imager's words for Raspberry Pi 3 and Zero 2 W, and for 4."""


def sha256(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def entry(image: Path, compressed: Path, url: str, day: datetime.date) -> Mapping[str, object]:
    """Return a repository of Raspberry Pi Imager with this one card.

    Args:
        image: the card as it is written.
        compressed: the same as it is fetched.
        url: the folder where it is fetched from, with its last slash; empty for beside the entry.
        day: of the release.
    """
    return {
        "os_list": [
            {
                "name": "Zgoda",
                "description": "A telephone line recorder for small offices that asks first",
                "icon": f"{url}zgoda.svg",
                "url": f"{url}{compressed.name}",
                "extract_size": image.stat().st_size,
                "extract_sha256": sha256(image),
                "image_download_size": compressed.stat().st_size,
                "image_download_sha256": sha256(compressed),
                "release_date": day.isoformat(),
                "devices": list(DEVICES),
                "init_format": "none",  # the card has a settings file of its own
            }
        ]
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="card.imager", description=__doc__)
    parser.add_argument("image", type=Path)
    parser.add_argument("compressed", type=Path)
    parser.add_argument("--url", default=os.environ.get("ZGODA_IMAGE_URL", ""))
    asked = parser.parse_args(arguments)
    if asked.url and not asked.url.endswith("/"):
        parser.error("--url is a folder: it ends with a slash")
    day = datetime.datetime.fromtimestamp(asked.compressed.stat().st_mtime, datetime.UTC).date()
    json.dump(entry(asked.image, asked.compressed, asked.url, day), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
