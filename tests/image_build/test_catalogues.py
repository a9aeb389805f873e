"""Translations are compiled where they are missing or old, at once or not at all."""

import gettext
import os
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import catalogues
import pytest
from catalogues import compile_stale

ROOT = Path(__file__).parents[2]
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Go on"
msgstr "{said}"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with one catalogue, never compiled."""
    source = tmp_path / "pl/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO.format(said="Dalej"))
    return source


def said(source: Path) -> str:
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Go on")


def test_what_is_missing_is_compiled_once(source: Path) -> None:
    assert compile_stale(source.parents[2]) == [source.with_suffix(".mo")]
    assert said(source) == "Dalej"
    assert compile_stale(source.parents[2]) == []


def test_what_is_older_than_the_translators_words_is_compiled_anew(source: Path) -> None:
    compile_stale(source.parents[2])
    source.write_text(PO.format(said="Kontynuuj"))
    now = source.with_suffix(".mo").stat().st_mtime_ns
    os.utime(source, ns=(now + 1, now + 1))

    assert compile_stale(source.parents[2]) == [source.with_suffix(".mo")]
    assert said(source) == "Kontynuuj"


def test_a_cut_leaves_what_was_there(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_stale(source.parents[2])
    source.write_text(PO.format(said="Kontynuuj"))
    now = source.with_suffix(".mo").stat().st_mtime_ns
    os.utime(source, ns=(now + 1, now + 1))

    def cut(file: IO[bytes], _catalogue: object) -> None:
        file.write(b"\xde\x12\x04\x95")
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(catalogues, "write_mo", cut)
        with pytest.raises(OSError, match="No space left"):
            compile_stale(source.parents[2])
    assert said(source) == "Dalej"
    assert {path.name for path in source.parent.iterdir()} == {"messages.po", "messages.mo"}
    compile_stale(source.parents[2])
    assert said(source) == "Kontynuuj"


def test_several_may_compile_at_once(source: Path) -> None:
    """As seven runs of tests do that begin together."""
    program = "import sys, pathlib, catalogues; catalogues.compile_stale(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", program, str(source.parents[2])]

    def run(_number: int) -> str:
        done = subprocess.run(
            command, cwd=ROOT / "image-build", check=False, capture_output=True, text=True
        )
        return done.stderr

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(4))) == {""}
    assert said(source) == "Dalej"
    assert {path.name for path in source.parent.iterdir()} == {"messages.po", "messages.mo"}


def test_a_wheel_from_a_source_package_has_its_catalogues(tmp_path: Path) -> None:
    def build(folder: Path, kind: str) -> Path:
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(tmp_path)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (made,) = tmp_path.glob("*.tar.gz" if kind == "sdist" else "*.whl")
        return made

    with tarfile.open(build(ROOT, "sdist")) as package:
        package.extractall(tmp_path, filter="data")
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    for compiled in folder.rglob("*.mo"):
        compiled.unlink()  # as in git

    with zipfile.ZipFile(build(folder, "wheel")) as wheel:
        names = [name for name in wheel.namelist() if "/translations/" in name]
        assert sorted(name for name in names if name.endswith(".mo")) == [
            f"appliance/translations/{language}/LC_MESSAGES/messages.mo"
            for language in ("de", "pl")
        ]
        with wheel.open("appliance/translations/pl/LC_MESSAGES/messages.mo") as file:
            assert gettext.GNUTranslations(file).gettext("Cancel") == "Anuluj"
