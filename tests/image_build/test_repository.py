"""Install and refuse packages of the signed repository, by the real apt and dpkg.

The packages are small stand-ins with the right name; apt has folders and a database of its own.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.root  # dpkg lays files of root's


def package(folder: Path, version: str) -> Path:
    """Build a package of a version."""
    tree = folder / f"tree-{version}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "opt/zgoda").mkdir(parents=True)
    (tree / "opt/zgoda/version").write_text(version)
    (tree / "DEBIAN/control").write_text(
        f"Package: zgoda\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: Nobody <nobody@example.org>\nDescription: a stand-in\n"
    )
    made = folder / "debs" / f"zgoda_{version}_all.deb"
    made.parent.mkdir(exist_ok=True)
    build = ["dpkg-deb", "--root-owner-group", "--build", str(tree), str(made)]
    subprocess.run(build, check=True, capture_output=True)
    return made


def new_key(folder: Path, name: str) -> Path:
    """Make a key that signs, and export it."""
    path = folder / f"{name}.asc"
    with tempfile.TemporaryDirectory() as home:  # the agent's socket needs a short address
        gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", ""]
        subprocess.run([*gpg, "--quick-generate-key", name, "ed25519", "sign", "1y"], check=True)
        export = [*gpg, "--armor", "--export-secret-keys"]
        path.write_bytes(subprocess.run(export, check=True, capture_output=True).stdout)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=True)
    return path


@dataclass(frozen=True)
class Box:
    """A system in a folder, with a repository."""

    folder: Path
    key: Path

    def publish(self, key: Path | None = None) -> None:
        """Make the repository anew of all packages that there are."""
        script = [str(ROOT / "image-build/repository"), str(key or self.key)]
        made = [str(self.folder / "debs"), str(self.folder / "apt")]
        environment = {**os.environ, "TMPDIR": "/tmp"}  # gpg-agent's socket has a short name
        subprocess.run([*script, *made], check=True, capture_output=True, env=environment)

    def trust(self) -> None:
        """Take the repository's key, once, as the manual says."""
        shutil.copy(self.folder / "apt/zgoda-archive.asc", self.folder / "trusted.asc")
        line = f"deb [signed-by={self.folder}/trusted.asc] file:{self.folder}/apt stable main\n"
        (self.folder / "sources.list").write_text(line)

    def apt(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run apt-get on the folder's system."""
        system = self.folder / "system"
        for name in ("lists/partial", "cache/archives/partial", "dpkg/info", "dpkg/updates"):
            (system / "var/lib" / name).mkdir(parents=True, exist_ok=True)
        for name in ("status", "available"):
            (system / "var/lib/dpkg" / name).touch()
        options = {
            "Dir::Etc::SourceList": self.folder / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Parts": "/dev/null",
            "Dir::Etc::Main": "/dev/null",
            "Dir::State::Lists": system / "var/lib/lists",
            "Dir::State::Status": system / "var/lib/dpkg/status",
            "Dir::State::extended_states": system / "var/lib/extended_states",
            "Dir::Cache": system / "var/lib/cache",
            "Dir::Log": system / "var/lib",
            "APT::Sandbox::User": "root",
            "DPkg::Options::": f"--root={system}",
        }
        told = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        return subprocess.run(
            ["apt-get", "-q", "-y", *told, *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )

    @property
    def version(self) -> str:
        """Return the version that is installed."""
        path = self.folder / "system/opt/zgoda/version"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A system that has version 0.1.0 from the repository."""
    made = Box(tmp_path, new_key(tmp_path, "packages"))
    package(tmp_path, "0.1.0")
    made.publish()
    made.trust()
    for words in (["update"], ["install", "zgoda"]):
        done = made.apt(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    assert made.version == "0.1.0"
    return made


def test_a_newer_version_is_installed(box: Box) -> None:
    package(box.folder, "0.2.0")
    box.publish()

    assert box.apt("update").returncode == 0
    assert box.apt("upgrade").returncode == 0
    assert box.version == "0.2.0"


OPTED_IN = ROOT / "firmware-config" / "apt" / "52zgoda-upgrades"


def test_debians_own_updater_knows_the_repository_by_what_it_says_of_itself(box: Box) -> None:
    """unattended-upgrades compares the pattern with the fields of the signed Release."""
    told = subprocess.run(
        ["apt-config", "-c", str(OPTED_IN), "dump", "--format", "%f=%v%n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ours = "Unattended-Upgrade::Origins-Pattern::="
    (pattern,) = (
        line.removeprefix(ours)
        for line in told.splitlines()
        if line.startswith(ours) and "Zgoda" in line
    )
    release = (box.folder / "apt/dists/stable/InRelease").read_text()
    said = dict(line.split(": ", 1) for line in release.splitlines() if ": " in line)

    wanted = dict(pair.split("=") for pair in pattern.split(","))
    assert wanted == {"origin": said["Origin"], "label": said["Label"], "archive": said["Suite"]}


def test_an_older_version_is_refused(box: Box) -> None:
    package(box.folder, "0.0.9")
    (box.folder / "debs/zgoda_0.1.0_all.deb").unlink()
    box.publish()

    assert box.apt("update").returncode == 0
    assert box.apt("upgrade").returncode == 0
    refused = box.apt("install", "zgoda=0.0.9")
    assert refused.returncode != 0
    assert "--allow-downgrades" in refused.stderr
    assert box.version == "0.1.0"


def test_another_key_is_refused(box: Box) -> None:
    package(box.folder, "0.2.0")
    box.publish(new_key(box.folder, "stranger"))

    refused = box.apt("-o", "APT::Update::Error-Mode=any", "update")
    assert refused.returncode != 0
    assert "signature verification failed" in refused.stderr
    box.apt("upgrade")
    assert box.version == "0.1.0"


def spoil(path: Path, was: bytes, now: bytes) -> None:
    content = path.read_bytes()
    assert was in content
    path.write_bytes(content.replace(was, now, 1))


def test_a_list_that_was_changed_after_it_was_signed_is_refused(box: Box) -> None:
    package(box.folder, "0.2.0")
    box.publish()
    spoil(box.folder / "apt/dists/stable/InRelease", b"Suite: stable", b"Suite: stabil")

    assert box.apt("-o", "APT::Update::Error-Mode=any", "update").returncode != 0
    box.apt("upgrade")
    assert box.version == "0.1.0"


def test_a_repository_without_a_signature_is_refused(box: Box) -> None:
    package(box.folder, "0.2.0")
    box.publish()
    release = box.folder / "apt/dists/stable/InRelease"
    text = release.read_text().partition("\n\n")[2].partition("-----BEGIN PGP SIGNATURE")[0]
    release.unlink()
    (release.parent / "Release").write_text(text)

    assert box.apt("update").returncode != 0
    box.apt("upgrade")
    assert box.version == "0.1.0"


def test_a_package_that_was_changed_is_refused(box: Box) -> None:
    made = package(box.folder, "0.2.0")
    box.publish()
    path = box.folder / "apt/pool" / made.name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    assert box.apt("update").returncode == 0
    refused = box.apt("upgrade")
    assert refused.returncode != 0
    assert "Hash" in refused.stderr
    assert box.version == "0.1.0"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "name the file"),
        (("missing",), "there is no key"),
        (("empty", "debs"), "holds no OpenPGP key"),
        (("empty", "empty-folder"), "holds no package"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    tmp_path: Path, given: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "empty-folder").mkdir()
    package(tmp_path, "0.1.0")
    script = str(ROOT / "image-build/repository")
    words = [str(tmp_path / word) for word in given]
    refused = subprocess.run([script, *words], capture_output=True, text=True, check=False)

    assert refused.returncode == 2
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
