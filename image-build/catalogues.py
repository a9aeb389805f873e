"""Compile the catalogues of translations: for a wheel, for this checkout, and before tests."""

import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path(__file__).parents[1] / "appliance" / "translations"


def compile_stale(folder: Path = FOLDER) -> list[Path]:
    """Write each messages.mo that is missing or older than its messages.po; return these.

    Each is written beside its place and renamed: whoever reads meanwhile reads a whole one.
    """
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parents[1].name)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")  # several may do so at once
        try:
            with fresh.open("wb") as file:
                write_mo(file, catalogue)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
        compiled.append(target)
    return compiled


class Catalogues(BuildHookInterface[Any]):
    """hatchling's hook: every wheel and every install in place has its catalogues compiled."""

    PLUGIN_NAME = "custom"

    def initialize(self, *_told: object, **_named: object) -> None:
        """Compile before the files are gathered."""
        compile_stale(Path(self.root) / "appliance" / "translations")


if __name__ == "__main__":
    compile_stale()
