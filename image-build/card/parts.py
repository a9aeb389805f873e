"""List a card's parts as CycloneDX: ``card.parts DEBIAN STATUS FETCHED PYTHON VERSION``.

DEBIAN is what dpkg says is installed, STATUS its own record, which names the sources, under which
holes are published. FETCHED the packages whose files were taken without
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


Source = tuple[str, str]


def sources(status: str) -> Mapping[str, Source]:
    """Return the source of each package of dpkg's record, with its version."""
    found = {}
    for entry in status.split("\n\n"):
        said: dict[str, str] = dict(re.findall(r"^(Package|Source|Version): (.+)$", entry, re.M))
        if not {"Package", "Version"} <= said.keys():
            continue
        name, _, version = said.get("Source", said["Package"]).partition(" (")
        found[said["Package"]] = _source(
            name, version.rstrip(")") or said["Version"], said["Version"]
        )
    return found


def _source(name: str, version: str, of_package: str) -> Source:
    """Debian signs its kernel in a source of its own, which has no holes of its own."""
    return ("linux", of_package) if name.startswith("linux-signed-") else (name, version)


OF_FETCHED = {
    r"linux-.*": "linux",
    r"u-boot-.*": "u-boot",
    r"libportaudio2|portaudio19-dev": "portaudio19",
    r"libpython3\.13-dev": "python3.13",
}
"""Packages of which only files are taken -> their source, where it has another name."""


def debian(installed: str, sources: Mapping[str, Source]) -> Iterator[Mapping[str, object]]:
    """Yield Debian's packages: ``name version architecture`` a line."""
    for line in filter(None, installed.splitlines()):
        name, version, architecture = _split(line, r"(\S+) (\S+) (\S+)")
        name = name.partition(":")[0]
        if name not in sources:
            raise PartsError(f"dpkg does not know {name[:100]!r}")
        yield _debian(name, version, architecture, sources[name])


def fetched(names: str) -> Iterator[Mapping[str, object]]:
    """Yield packages by the names of their files: ``name_version_architecture.deb``."""
    for line in filter(None, names.splitlines()):
        name, version, architecture = _split(line, r"([^_]+)_([^_]+)_([^_]+)\.deb")
        version = version.replace("%3a", ":")
        source = next((to for form, to in OF_FETCHED.items() if re.fullmatch(form, name)), name)
        yield _debian(name, version, architecture, (source, re.sub(r"\+b\d+$", "", version)))


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


def _debian(name: str, version: str, architecture: str, source: Source) -> Mapping[str, object]:
    purl = f"pkg:deb/debian/{quote(name)}@{quote(version, safe='')}?arch={architecture}"
    purl += f"&distro=trixie&upstream={quote('@'.join(source), safe='')}"
    return {"type": "library", "name": name, "version": version, "purl": purl}


def _split(line: str, form: str) -> tuple[str, str, str]:
    if not (found := re.fullmatch(form, line.strip())):
        raise PartsError(f"this is no part: {line[:100]!r}")
    first, second, third = found.groups()
    return first, second, third


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks."""
    *names, version = arguments if arguments is not None else sys.argv[1:]
    installed, status, taken, lock = (Path(name).read_text("utf-8") for name in names)
    parts = [*debian(installed, sources(status)), *fetched(taken), *python(lock)]
    json.dump(document(parts, version), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
