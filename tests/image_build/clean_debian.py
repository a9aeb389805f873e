"""A Debian 13 that has only what a package asks for: no pip, no compiler and no network."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installer import deb
from installer.places import REPOSITORY

ALONE = [
    *("unshare", "--user", "--map-users=0:0:65536", "--map-groups=0:0:65536"),
    *("--mount", "--pid", "--fork"),
]
INDEX = ["apt-get", "indextargets", "Created-By: Packages"]
FORM = "deb [signed-by=$(SIGNED_BY)] $(REPO_URI) $(RELEASE) $(COMPONENT)"
OPTIONS = [
    *("--mode=root", "--variant=minbase", "--format=directory", "--quiet"),
    *('--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=APT::Install-Recommends "false"'),
    "--dpkgopt=force-unsafe-io",
]


def needed() -> list[str]:
    """Return the packages that ours asks for."""
    return [re.split(r"[ |]", name)[0] for name in deb.DEPENDS]


def make(root: Path, packages: Sequence[str]) -> "Clean":
    """Make one below a folder, from where this machine's own apt finds Debian 13."""
    told = subprocess.run([*INDEX, "--format", FORM], check=True, capture_output=True, text=True)
    lines = {line.replace(" [signed-by=]", "") for line in told.stdout.splitlines()}
    sources = root.with_suffix(".sources.list")
    trixie = sorted(line for line in lines if re.search(r" trixie(-updates|-security)? ", line))
    sources.write_text("\n".join([*trixie, ""]))
    included = f"--include={','.join(packages)}"
    command = ["mmdebstrap", *OPTIONS, included, "trixie", str(root), str(sources)]
    done = subprocess.run([*ALONE, *command], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return Clean(root)


@dataclass(frozen=True)
class Clean:
    """The system below a folder."""

    root: Path

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script in it as root, without a network."""
        inside = (
            f"mount --rbind /dev {self.root}/dev && mount -t proc proc {self.root}/proc && "
            f"exec chroot {self.root} /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "
            'HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash -ec "$0"'
        )
        command = [*ALONE, "--net", "sh", "-c", inside, script]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    def said(self, script: str) -> str:
        """Run a script that has to end well; return what it printed."""
        done = self.run(script)
        assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout


def lay_sources(clean: Clean, wheels: Path) -> None:
    """Put this work tree and wheels where its owner may have unpacked them: below ``/srv``."""
    sources = clean.root / "srv/zgoda"
    for name in ("appliance", "web", "firmware-config", "systemd", "image-build"):
        shutil.copytree(REPOSITORY / name, sources / name)
    for path in (REPOSITORY / "LICENSE", REPOSITORY / "Makefile", *REPOSITORY.glob("*.*")):
        if path.is_file():
            shutil.copyfile(path, sources / path.name)
    shutil.copytree(wheels, clean.root / "srv/wheels")
