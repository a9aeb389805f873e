"""Make an update: a signed bundle of RAUC's verity format from a root file system.

``python -m card.bundle ROOT.ext4 BUNDLE.raucb --key KEY --certificate PEM --keyring CA``

A locked key's passphrase comes from the environment's ``RAUC_KEY_PASSPHRASE`` or is asked for by
RAUC. The new bundle is checked against the keyring before it gets its name.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COMPATIBLE = "zgoda-card-arm64"
"""Which cards take it; the same in ``files/etc/rauc/system.conf``."""

SEMANTIC = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
"""A version that RAUC can compare (semver.org, 2.0.0)."""


class BundleError(Exception):
    """The bundle cannot be made; says why in one sentence."""


def manifest(version: str, image: str, compatible: str = COMPATIBLE) -> str:
    """Return the manifest of a bundle that replaces the whole system.

    Raises:
        BundleError: no card could compare the version with its own.
    """
    if not SEMANTIC.fullmatch(version):
        raise BundleError(f"{version!r} is no version such as 1.2.3.")
    return (
        f"[update]\ncompatible={compatible}\nversion={version}\n\n"
        f"[bundle]\nformat=verity\n\n[image.system]\nfilename={image}\n"
    )


@dataclass(frozen=True, slots=True)
class Signing:
    """With what a bundle is signed, and against what it is checked."""

    key: Path
    certificate: Path
    keyring: Path

    def configuration(self) -> str:
        """Return RAUC's configuration: it checks a new bundle as a card will."""
        return (
            f"[system]\ncompatible={COMPATIBLE}\nbootloader=noop\n\n"
            f"[keyring]\npath={self.keyring.absolute()}\ncheck-purpose=codesign\n"
        )


def make(root: Path, bundle: Path, text: str, signing: Signing) -> None:
    """Sign a root file system with a manifest.

    Args:
        root: the file system, ext4.
        bundle: the file that is made; one of that name is replaced.
        text: the manifest.
        signing: key, certificate and keyring.

    Raises:
        BundleError: RAUC refuses.
    """
    bundle.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=bundle.parent) as room:
        content, configuration = Path(room, "content"), Path(room, "system.conf")
        content.mkdir()
        (content / "manifest.raucm").write_text(text)
        configuration.write_text(signing.configuration())
        try:
            os.link(root, content / root.name)
        except OSError:  # on another file system
            subprocess.run(["cp", "--sparse=always", str(root), str(content)], check=True)
        fresh = Path(room, bundle.name)
        options = [
            f"--conf={configuration}",
            f"--key={signing.key}",
            f"--cert={signing.certificate}",
        ]
        made = subprocess.run(
            ["rauc", *options, "bundle", str(content), str(fresh)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise BundleError(made.stderr.strip().splitlines()[-1])
        fresh.replace(bundle)


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="card.bundle", description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--version", required=True)
    for name in ("--key", "--certificate", "--keyring"):
        parser.add_argument(name, type=Path, required=True)
    asked = parser.parse_args(arguments)
    signing = Signing(asked.key, asked.certificate, asked.keyring)
    try:
        make(asked.root, asked.bundle, manifest(asked.version, asked.root.name), signing)
    except BundleError as error:
        sys.exit(f"card.bundle: {error}")


if __name__ == "__main__":
    main()
