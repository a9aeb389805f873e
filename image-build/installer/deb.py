"""Build one Debian package, for Debian 13 and one processor, from the list of places.

The package holds a ready Python environment, so that nothing is fetched or built where it is
installed. Built twice from the same sources it is the same to the byte.
"""

import contextlib
import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from installer import environment, wheels
from installer.environment import EnvironmentFailed, run
from installer.places import REPOSITORY, Now, Places, read
from installer.wheels import Target

TEMPLATES = REPOSITORY / "image-build" / "deb"
SCRIPTS = ("preinst", "postinst", "prerm", "postrm")
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
"""Debian's name of a processor -> the kernel's."""

PYTHON = "/usr/bin/python3.13"
DEPENDS = (
    *("python3 (>= 3.13)", "python3 (<< 3.14)", "libportaudio2", "libc6 (>= 2.38)"),
    *("libstdc++6", "libgcc-s1", "systemd (>= 254)"),
)
"""Debian's own packages; everything else comes along."""

START = """\
#!/opt/zgoda/bin/python
import sys

from appliance.commands.main import main

sys.exit(main())
"""
CONFIG = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.13\n"


@dataclass(frozen=True, slots=True)
class Wish:
    """The package that is wanted."""

    architecture: str
    out: Path
    wheels: Path | None = None
    """A folder with the wheels of PyAudio and Zgoda; None: they are built, for this processor."""
    offline: bool = False
    """The folder has every other wheel, too; else they are fetched, by their hashes in any case."""

    @property
    def target(self) -> Target:
        """Return the Python that the wheels are for."""
        return Target(MACHINES[self.architecture])


def build(wish: Wish) -> Path:
    """Build the package; return its path.

    Raises:
        EnvironmentFailed: something is missing or failed.
    """
    with tempfile.TemporaryDirectory(prefix="zgoda-deb-") as work:
        tree = Path(work) / "tree"
        with _reproducible():
            lay_programs(tree, wish, Path(work))
        places = read()
        lay_files(tree, places)
        return pack(tree, wish, places)


def lay_programs(tree: Path, wish: Wish, work: Path) -> None:
    """Lay the Python environment into the tree, as it will be used and not as pip makes it."""
    own = environment.built(wish.wheels) if wish.wheels else _built(wish, work)
    site = tree / "opt/zgoda/lib/python3.13/site-packages"
    asked = work / "asked.txt"
    ready, _ = wheels.apart(wheels.product(wish.target.surroundings), wheels.FROM_SOURCE)
    asked.write_text("".join(ready), "utf-8")
    there = ["--find-links", str(wish.wheels)] if wish.wheels else []
    there += ["--no-index"] if wish.offline else []
    pip = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    pip += ["install", "--target", str(site), "--no-deps", "--no-compile", *wish.target.pip]
    pip.append("--ignore-requires-python")  # this Python is another
    run([*pip, *there, "--require-hashes", "--requirement", str(asked)])
    run([*pip, f"--platform=linux_{wish.target.machine}", "--no-index", *map(str, own)])
    _tidy(site)
    if (
        platform.machine() == wish.target.machine
    ):  # the debugger's notes name folders of this machine
        run(["strip", "--strip-unneeded", *map(str, site.glob("pyaudio/*.so"))])
    lay_start(tree)


def lay_start(tree: Path) -> None:
    """Lay what makes the environment one: links to Debian's Python, and the command."""
    folder = tree / "opt/zgoda/bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in (("python3.13", PYTHON), ("python3", "python3.13"), ("python", "python3")):
        (folder / name).symlink_to(target)
    (folder / "zgoda").write_text(START, "utf-8")
    (folder / "zgoda").chmod(0o755)
    (folder.parent / "pyvenv.cfg").write_text(CONFIG, "utf-8")


def lay_files(tree: Path, places: Places) -> None:
    """Lay files and links by the list."""
    for path, source in places.files.items():
        place = tree / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    for path, target in places.links.items():
        (tree / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        (tree / path.lstrip("/")).symlink_to(target)
    documents = tree / "usr/share/doc/zgoda"
    documents.mkdir(parents=True)
    shutil.copyfile(TEMPLATES / "copyright", documents / "copyright")
    shutil.copyfile(REPOSITORY / "CHANGELOG.md", documents / "CHANGELOG.md")
    told = (TEMPLATES / "changelog").read_text("utf-8").replace("@VERSION@", version())
    with _reproducible() as epoch:
        day = format_datetime(datetime.fromtimestamp(epoch, UTC))
        whole = gzip.compress(told.replace("@DAY@", day).encode(), mtime=0)
    (documents / "changelog.gz").write_bytes(whole)
    overrides = tree / "usr/share/lintian/overrides"
    overrides.mkdir(parents=True)
    shutil.copyfile(TEMPLATES / "lintian-overrides", overrides / "zgoda")


def pack(tree: Path, wish: Wish, places: Places) -> Path:
    """Write the package's own files beside the tree's, and make the package of both."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    control = tree / "DEBIAN"
    control.mkdir()
    control.chmod(0o755)  # whatever the umask of who builds
    words = _words(tree, wish, places)
    for name in ("control", *SCRIPTS):
        text = (TEMPLATES / name).read_text("utf-8")
        for word, value in words.items():
            text = text.replace(f"@{word}@", value)
        (control / name).write_text(text, "utf-8")
        (control / name).chmod(0o644 if name == "control" else 0o755)
    owners = [path for path in places.files if path.startswith("/etc/")]
    (control / "conffiles").write_text("".join(f"{path}\n" for path in sorted(owners)), "utf-8")
    (control / "md5sums").write_text("".join(_sums(tree)), "utf-8")
    for name in ("conffiles", "md5sums"):
        (control / name).chmod(0o644)
    wish.out.mkdir(parents=True, exist_ok=True)
    package = wish.out / f"zgoda_{words['VERSION']}_{wish.architecture}.deb"
    make = ["dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz"]
    with _reproducible() as epoch:
        for path in (tree, *tree.rglob("*")):  # not only what is newer, as dpkg-deb does by itself
            os.utime(path, (epoch, epoch), follow_symlinks=False)
        run([*make, "--build", str(tree), str(package)])
    return package


def _words(tree: Path, wish: Wish, places: Places) -> dict[str, str]:
    every = [unit.name for unit in places.units]
    running = [*places.names(Now.START), *places.names(Now.RESTART)]
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file())
    return {
        "VERSION": version(),
        "ARCHITECTURE": wish.architecture,
        "SIZE": str(size // 1024),
        "DEPENDS": ", ".join(DEPENDS),
        "EVERY": " ".join(every),
        "START": " ".join(places.names(Now.START)),
        "RESTART": " ".join(places.names(Now.RESTART)),
        "STOP": " ".join(reversed(running)),
    }


def version() -> str:
    """Return the release's version."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def _sums(tree: Path) -> Iterator[str]:
    """Yield the lines by which dpkg finds files that have changed."""
    for path in sorted(tree.rglob("*")):
        inside = path.relative_to(tree)
        if path.is_file() and not path.is_symlink() and inside.parts[0] not in {"DEBIAN", "etc"}:
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            yield f"{digest}  {inside}\n"


def _built(wish: Wish, work: Path) -> Sequence[Path]:
    """Build what has no wheel, for this machine's own processor."""
    if platform.machine() != wish.target.machine:
        raise EnvironmentFailed(
            f"PyAudio cannot be built for {wish.architecture} here: give a folder that holds its "
            "wheel with --wheels, as the card's image makes it."
        )
    header = Path("/usr/include/python3.13/Python.h")
    if not (Path(PYTHON).exists() and header.exists()):
        raise EnvironmentFailed(
            "The package is built with Debian 13's Python: apt install python3-venv python3-dev "
            "gcc portaudio19-dev"
        )
    return environment.build(work / "built", run, PYTHON)


def _tidy(site: Path) -> None:
    """Remove what differs from one build to the next: scripts with this machine's paths."""
    shutil.rmtree(site / "bin", ignore_errors=True)
    for record in site.glob("*.dist-info/RECORD"):
        lines = record.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(("../../bin/", "bin/"))]
        record.write_text("".join(line for line in kept if "direct_url.json" not in line), "utf-8")
    for told in site.glob("*.dist-info/direct_url.json"):
        told.unlink()


@contextlib.contextmanager
def _reproducible() -> Iterator[int]:
    """Let no time of this machine come into what is built; yield the time that it has instead."""
    before = dict(os.environ)
    os.environ.setdefault("SOURCE_DATE_EPOCH", _epoch())
    try:
        yield int(os.environ["SOURCE_DATE_EPOCH"])
    finally:
        os.environ.clear()
        os.environ.update(before)


def _epoch() -> str:
    """Return the time of the last commit; of a copy without history that of its newest file."""
    command = ["git", "-C", str(REPOSITORY), "log", "-1", "--format=%ct"]
    with contextlib.suppress(OSError):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.strip()
    return str(int(max(path.stat().st_mtime for path in environment.sources())))
