"""Keep figures between runs that one part measures and another draws."""

import json
from typing import Any

from benchmarks.talkoff.material import CACHE


def keep(name: str, figures: Any) -> None:
    """Keep figures in place of an earlier run's."""
    folder = CACHE / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(figures, indent=1))


def kept(name: str) -> Any:
    """Return the figures kept last, or None."""
    path = CACHE / "figures" / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None
