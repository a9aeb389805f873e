"""Compare a list of parts with what pip says is installed.

``compare_parts.py CYCLONEDX PIP_LIST``
Exit code 1, with the parts that are missing, if anything installed is not in the list.
"""

import json
import re
import sys
from pathlib import Path

Part = tuple[str, str]


def plain(name: str) -> str:
    """Return a package's name in the one spelling that all tools agree on (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def missing(listed: str, installed: str) -> list[Part]:
    """Return name and version of what is installed and not listed.

    Args:
        listed: a CycloneDX document.
        installed: what ``pip list --format json`` prints.
    """
    there = {(plain(part["name"]), part.get("version")) for part in _components(listed)}
    wanted = {(plain(part["name"]), part["version"]) for part in json.loads(installed)}
    return sorted(wanted - there)


def _components(listed: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(listed).get("components", [])
    return found


def main() -> None:
    """Compare two files."""
    listed, installed = (Path(name).read_text("utf-8") for name in sys.argv[1:3])
    if left_out := missing(listed, installed):
        sys.exit(f"image-build/sbom: not in the list: {left_out}")
    count = len(_components(listed))
    print(f"{count} parts, each with version and licence where it says one: dist/zgoda.cdx.json")


if __name__ == "__main__":
    main()
