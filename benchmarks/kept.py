"""Figures that one part measures and another draws, kept beside the sound between two runs."""

import json
from typing import Any

from benchmarks.talkoff.material import CACHE


def keep(name: str, figures: Any) -> None:
    """Keep figures, instead of those of an earlier run."""
    folder = CACHE / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(figures, indent=1))


def kept(name: str) -> Any:
    """Return what was kept last; None if nothing was."""
    path = CACHE / "figures" / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None
