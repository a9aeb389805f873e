"""Unpack the data folder that 367a49e made."""

import json
import tarfile
from pathlib import Path
from typing import Any

from appliance.config.folders import Folders

OLDER = Path(__file__).parent / "older"
SAID: dict[str, Any] = json.loads((OLDER / "367a49e.json").read_text())
"""What 367a49e answered about the folder; passwords and sheet."""

CALLS: dict[str, dict[str, Any]] = SAID["calls"]
NAMED: dict[str, str] = {said["is"]: rid for rid, said in CALLS.items()}
"""Whole, held, cut -> the recording."""


def unpack(folder: Path) -> Folders:
    """Make a copy of the data folder below a folder."""
    with tarfile.open(OLDER / "367a49e.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return Folders(folder / "data")
