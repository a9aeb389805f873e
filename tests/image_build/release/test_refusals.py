"""A release is refused with a sentence for each thing that stands in its way."""

from pathlib import Path

import pytest
from release.__main__ import main
from release.refusals import problems
from release.tables import run_of

from tests.image_build.release.trees import Tree, git, new_tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return new_tree(tmp_path)


def found(tree: Tree, **changes: object) -> list[str]:
    return list(problems(tree.path, tree.asks(**changes), "x86_64"))


def test_nothing_stands_in_the_way_of_a_whole_tree(tree: Tree) -> None:
    assert found(tree) == []


@pytest.mark.parametrize("name", ["appliance/__init__.py", "new.py", "CHANGELOG.md"])
def test_a_tree_that_differs_from_its_commit_is_refused(tree: Tree, name: str) -> None:
    with (tree.path / name).open("a") as file:
        file.write("\n")

    assert f"The tree is not clean, and what differs is in no commit: {name}." in found(tree)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("", "Say which version is to be released: VERSION=0.1.0."),
        ("0.2.0", "pyproject.toml is of version 0.1.0, and not 0.2.0."),
        ("v0.1.0", "pyproject.toml is of version 0.1.0, and not v0.1.0."),
    ],
)
def test_another_version_is_refused(tree: Tree, version: str, said: str) -> None:
    assert found(tree, version=version) == [said]


def test_a_program_of_another_version_is_refused(tree: Tree) -> None:
    tree.run_suites(tree.commit("appliance/__init__.py", '__version__ = "0.0.9"\n'))

    assert found(tree) == [
        "appliance/__init__.py and pyproject.toml name two versions; the latter 0.1.0."
    ]


def test_a_version_that_is_out_is_refused(tree: Tree) -> None:
    git(tree.path, "tag", "v0.1.0")

    assert found(tree) == ["0.1.0 is released already: there is a tag v0.1.0."]


def test_changes_that_cannot_be_gathered_are_refused(tree: Tree) -> None:
    tree.commit("changes/home.new.md", "Home says it.\n")

    (said,) = found(tree)
    assert said.startswith("home.new.md: a change is named")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": ""}, "Name the file with the OpenPGP secret key"),
        ({"key": "/no/key"}, "There is no key /no/key."),
        ({"sign": ()}, "Name what signs the update of the card"),
        ({"sign": ("/no/a", "/no/b", "/no/c")}, "There is no file /no/a."),
        ({"advisories": "file:///no"}, "There is no /no/PyPI/all.zip"),
        ({"advisories": "holes.zip"}, "ADVISORIES=holes.zip is no address"),
    ],
)
def test_a_file_that_is_missing_is_named(tree: Tree, changes: dict[str, object], said: str) -> None:
    assert found(tree, **changes)[0].startswith(said)


def test_published_holes_may_lie_in_a_folder(tree: Tree) -> None:
    for name in ("PyPI", "Debian"):
        (tree.beside / name).mkdir()
        (tree.beside / name / "all.zip").touch()

    assert found(tree, advisories=f"file://{tree.beside}") == []


def test_the_key_for_development_signs_no_release(tree: Tree) -> None:
    folder = tree.path / "build/image/development"
    folder.mkdir(parents=True)
    sign = [str(folder / name) for name in ("update.key", "update.pem", "ca.pem")]
    for name in sign:
        Path(name).touch()

    assert found(tree, sign=tuple(sign)) == ["The key for development signs no release."]


@pytest.mark.parametrize("folder", ["appliance", "web", "firmware-config", "systemd"])
def test_a_table_that_is_older_than_the_product_is_refused(tree: Tree, folder: str) -> None:
    tree.commit(f"{folder}/new.py", "more\n")

    first, second = found(tree)
    assert first.startswith("docs/faults.md: the product has changed since the run of “Attacks”")
    assert second.startswith("docs/vm-test.md: the product has changed since the run of “What was")
    assert found(tree, everything=True) == []


def test_a_table_outlives_what_is_not_the_product(tree: Tree) -> None:
    tree.commit("docs/manual.md", "more\n")
    tree.commit("tests/test_more.py", "more\n")

    assert found(tree) == []


@pytest.mark.parametrize(
    "run",
    ["2026-12-30", "2026-12-30, commit 0123456789ab", "2026-12-30, commit {} and changes", "soon"],
)
def test_a_table_of_no_known_commit_is_refused(tree: Tree, run: str) -> None:
    head = git(tree.path, "rev-parse", "--short=12", "HEAD")
    tree.commit("docs/faults.md", f"## Attacks\n\n| a |\n\n{run.format(head)}\n")

    (said,) = found(tree)
    assert said.startswith("docs/faults.md")


def test_what_a_suite_writes_under_its_tables_is_what_a_release_goes_by(tree: Tree) -> None:
    run = run_of(tree.path, "2026-12-30")
    tree.commit("docs/faults.md", f"## Attacks\n\n{run}\n")
    assert found(tree) == []

    (tree.path / "web").mkdir()
    (tree.path / "web/new.py").touch()
    changed = run_of(tree.path, "2026-12-30")
    (tree.path / "web/new.py").unlink()
    tree.commit("docs/faults.md", f"## Attacks\n\n{changed}\n")
    assert len(found(tree)) == 1


def test_sources_without_git_name_the_day_alone(tmp_path: Path) -> None:
    assert run_of(tmp_path, "2026-12-30") == "2026-12-30"


def test_one_old_table_of_a_page_is_enough(tree: Tree) -> None:
    head = git(tree.path, "rev-parse", "--short=12", "HEAD")
    tables = f"## Attacks\n\n2026-12-30, commit {head}\n\n## Disk\n\n2026-12-30\n"
    tree.commit("docs/faults.md", tables)

    (said,) = found(tree)
    assert "“Disk”, or no commit" in said


def test_what_lies_in_dist_is_not_published_by_chance(tree: Tree) -> None:
    (tree.path / "dist").mkdir()
    (tree.path / "dist/zgoda_0.0.9_amd64.deb").touch()

    assert found(tree)[0].startswith("dist/ is not empty")


def test_another_processor_is_refused(tree: Tree) -> None:
    (said,) = problems(tree.path, tree.asked, "aarch64")
    assert said.startswith("A release is built on x86-64")


def test_all_reasons_are_told_at_once_and_nothing_is_done(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree.path / "new.py").touch()

    assert main(["make", "--version", "0.2.0"], tree.path) == 2
    said = capsys.readouterr()
    for part in ("not clean", "version 0.1.0, and not 0.2.0", "KEY=FILE", "SIGN="):
        assert part in said.err
    assert said.out == ""
    assert not (tree.path / "log").exists()
