"""Describe an update for boxes that look for one on the network.

``python -m card.describe BUNDLE.raucb --version 1.2.3`` writes ``zgoda-update.json`` beside it.
Both go into one folder of a web server that sends parts of files (HTTP's ``Range``). Nothing in the
description is needed for safety: a box compares the file with it, and RAUC checks the signature.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from card.bundle import COMPATIBLE

NAME = "zgoda-update.json"

FORMAT = 1
"""As ``appliance.model.outside.update`` reads it."""


def published() -> str:
    """Return today in UTC, or the day that SOURCE_DATE_EPOCH names."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.date().isoformat()


def describe(bundle: Path, version: str, day: str) -> Path:
    """Write the description of a bundle beside it, and return its path."""
    with bundle.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    said = {
        "format": FORMAT,
        "compatible": COMPATIBLE,
        "version": version,
        "file": bundle.name,
        "size": bundle.stat().st_size,
        "sha256": digest,
        "published": day,
    }
    path, fresh = bundle.with_name(NAME), bundle.with_name(f".{NAME}.new")
    fresh.write_text(json.dumps(said, indent=1) + "\n")
    fresh.replace(path)
    return path


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="card.describe", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--version", required=True)
    asked = parser.parse_args(arguments)
    try:
        print(describe(asked.bundle, asked.version, published()))
    except OSError as error:
        sys.exit(f"card.describe: {error}")


if __name__ == "__main__":
    main()
