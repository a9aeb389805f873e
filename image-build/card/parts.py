"""List what a card is made of, as CycloneDX: ``card.parts DEBIAN FETCHED PYTHON VERSION``.

DEBIAN is what dpkg says is installed, FETCHED the packages whose files were taken without
installing them, PYTHON the lines of the lock files that hold for the card.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote


class PartsError(ValueError):
    """A line is no part; the message says which."""


def debian(installed: str) -> Iterator[Mapping[str, object]]:
    """Yield Debian's packages: ``name version architecture`` a line."""
    for line in filter(None, installed.splitlines()):
        name, version, architecture = _split(line, r"(\S+) (\S+) (\S+)")
        yield _debian(name.partition(":")[0], version, architecture)


def fetched(names: str) -> Iterator[Mapping[str, object]]:
    """Yield packages by the names of their files: ``name_version_architecture.deb``."""
    for line in filter(None, names.splitlines()):
        name, version, architecture = _split(line, r"([^_]+)_([^_]+)_([^_]+)\.deb")
        yield _debian(name, version.replace("%3a", ":"), architecture)


def python(lock: str) -> Iterator[Mapping[str, object]]:
    """Yield Python's packages, with the hashes of which the fetched file has one."""
    for line in filter(None, lock.splitlines()):
        name, version, rest = _split(line, r"([A-Za-z0-9._-]+)(?:\[\w+\])?==(\S+)(.*)")
        hashes = re.findall(r"sha256:([0-9a-f]{64})", rest)
        yield {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{quote(version)}",
            "hashes": [{"alg": "SHA-256", "content": each} for each in hashes],
        }


def document(parts: Sequence[Mapping[str, object]], version: str) -> Mapping[str, object]:
    """Return the list of parts, each once and in order: the same for the same card."""
    each = {str(part["purl"]): part for part in parts}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "operating-system", "name": "zgoda-card", "version": version}
        },
        "components": [
            {"type": "application", "name": "zgoda", "version": version},
            *(each[purl] for purl in sorted(each)),
        ],
    }


def _debian(name: str, version: str, architecture: str) -> Mapping[str, object]:
    purl = f"pkg:deb/debian/{quote(name)}@{quote(version, safe='')}?arch={architecture}"
    return {"type": "library", "name": name, "version": version, "purl": f"{purl}&distro=trixie"}


def _split(line: str, form: str) -> tuple[str, str, str]:
    if not (found := re.fullmatch(form, line.strip())):
        raise PartsError(f"this is no part: {line[:100]!r}")
    first, second, third = found.groups()
    return first, second, third


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks."""
    *names, version = arguments if arguments is not None else sys.argv[1:]
    installed, taken, lock = (Path(name).read_text("utf-8") for name in names)
    parts = [*debian(installed), *fetched(taken), *python(lock)]
    json.dump(document(parts, version), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
