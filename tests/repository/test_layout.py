"""The shape of the repository, as far as linters and contracts do not check it."""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from statistics import median

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
FOLDERS = {"appliance", "web", "firmware-config", "systemd", "image-build", "tests"}
BESIDE = {"docs", "benchmarks", "changes"}
MADE_HERE = {"data", "build", "dist"}
LONGEST_MODULE, USUAL_MODULE = 400, 150
MOST_IN_A_FOLDER = 20
LONGEST_FIRST_LINE = 89
QUESTION = re.compile(r"(What|Whether|Who|How|Does|Is|Where|When|Why|Which)\b")
A_THING = re.compile(r"(The|An?|It|There|Th(is|at|ese|ose)|Each|Every)\b")
FIRST_WORDS = re.compile(r'"""([^\\"\n]+)(?:"""|\n)')
CODE = ("appliance", "web", "tests", "benchmarks", "image-build")


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def scripts() -> Iterator[Path]:
    """Every file that says it is a shell script."""
    for folder in (".ci", "tests", "image-build", "systemd", "docs", "firmware-config"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in {"", ".sh"}:
                with path.open("rb") as file:
                    if re.match(rb"#!.*\b(ba)?sh\b", file.readline()):
                        yield path


def test_top_level_folders_are_the_agreed_ones() -> None:
    there = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}

    assert FOLDERS <= there
    assert there <= FOLDERS | BESIDE | MADE_HERE


def lines_in(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_a_module_is_as_long_as_its_subject() -> None:
    """A file exists because it has a subject, not because another was full: hence two limits."""
    long = [path for path in sources(*CODE) if lines_in(path) > LONGEST_MODULE]
    modules = [path for path in sources("appliance", "web") if path.name != "__init__.py"]

    assert long == []
    assert median(map(lines_in, modules)) <= USUAL_MODULE


def test_no_folder_is_crowded() -> None:
    modules = Counter(path.parent for path in sources(*CODE) if path.name != "__init__.py")

    assert {str(f.relative_to(ROOT)): n for f, n in modules.items() if n > MOST_IN_A_FOLDER} == {}


def first_line(path: Path) -> str:
    """Return a module's first words: what it says it does, or nothing."""
    begins = FIRST_WORDS.match(path.read_text("utf-8"))
    return begins[1] if begins else (ast.get_docstring(parsed(path)) or "").partition("\n")[0]


def test_each_module_begins_with_what_it_does() -> None:
    """A verb says it: "Detect DTMF keys in 20 ms frames."; a question leaves it open."""
    said = {path: first_line(path) for path in sources(*CODE) if path.name != "__init__.py"}
    product = [path for path in said if path.is_relative_to(ROOT / "appliance")]
    product += [path for path in said if path.is_relative_to(ROOT / "web")]

    assert [path for path in said if len(said[path]) > LONGEST_FIRST_LINE] == []
    assert [path for path in said if QUESTION.match(said[path])] == []
    assert [path for path in product if not said[path] or A_THING.match(said[path])] == []


def test_packages_hold_no_code_of_their_own() -> None:
    for path in sources("appliance", "web"):
        if path.name == "__init__.py":
            body = parsed(path).body
            said = [node for node in body if not _is_text_or_version(node)]
            assert said == [], path


def _is_text_or_version(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__"


def called(tree: ast.AST) -> Iterator[str]:
    """Return the last name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


@pytest.mark.parametrize("folder", ["appliance", "web", "tests"])
def test_nothing_sleeps(folder: str) -> None:
    """What waits, waits for something: an event, a queue, a process."""
    for path in sources(folder):
        if "sleep" in path.read_text("utf-8"):
            assert "sleep" not in set(called(parsed(path))), path


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    forbidden = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|\bflaky\b")
    for path in sources("tests"):
        if path != Path(__file__):
            assert not forbidden.search(path.read_text("utf-8")), path


def test_production_code_knows_nothing_of_tests() -> None:
    for path in sources("appliance", "web"):
        tree = parsed(path)
        imported = {
            alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {
            (node.module or "").split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
        }
        assert not imported & {"tests", "pytest", "hypothesis", "unittest"}, path


def test_scripts_are_clean() -> None:
    paths = [str(path) for path in scripts()]
    assert str(ROOT / ".ci/run") in paths

    done = subprocess.run(["shellcheck", "-x", *paths], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_each_promise_has_a_test() -> None:
    promises = {path.name.split("_")[1] for path in (ROOT / "tests/promises").glob("test_p*.py")}

    assert {"p01", "p02", "p03", "p04", "p05", "p06", "p07", "p08", "p09", "p10", "p11"} == promises


def test_each_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["hardware"]
    reasons = (ROOT / "docs/decisions/dependencies.md").read_text("utf-8").lower()
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)
        assert name
        assert f"| {name[0].lower()} |" in reasons, requirement


def test_the_lock_pins_every_extra_that_is_wanted() -> None:
    """Older pips take `name==1` for no pin of `name[extra]` and ask for the newest instead."""
    pinned = {name: pin.extras for name, pin in pins("requirements-dev.lock").items()}
    wanted = 0
    for name, extras in pinned.items():
        for needed in needed_by(name, extras):
            wanted += len(needed.extras)
            assert needed.extras <= pinned[canonicalize_name(needed.name)], f"{name} needs {needed}"
    assert wanted


def test_a_release_holds_what_runs_and_nothing_else() -> None:
    """What a box installs: the dependencies and what these need, in the versions tested."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    release = pins("requirements.lock")
    tested = pins("requirements-dev.lock")
    needed: set[str] = set()
    waiting = [Requirement(each) for each in extras["dependencies"]]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in needed:
            needed.add(name)
            waiting += needed_by(name, one.extras)

    assert needed <= set(release)
    assert all(pin.specifier == tested[name].specifier for name, pin in release.items())
    for tool in ("pytest", "hypothesis", "playwright", "mypy", "ruff", "hatchling", "editables"):
        assert tool not in release


def test_every_lock_agrees_with_what_was_tested() -> None:
    tested = pins("requirements-dev.lock")
    for lock in ("requirements-build.lock", "requirements-hardware.lock", "requirements-sbom.lock"):
        shared = {name: pin for name, pin in pins(lock).items() if name in tested}
        assert all(pin.specifier == tested[name].specifier for name, pin in shared.items()), lock


def pins(lock: str) -> dict[str, Requirement]:
    """What a lock file pins, by its normal name; of several for several Pythons the last."""
    lines = re.findall(r"^\w[^\\\n]*", (ROOT / lock).read_text("utf-8"), re.M)
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, lines)}


def needed_by(name: str, extras: set[str]) -> Iterator[Requirement]:
    """What an installed package needs on this machine; nothing for one of another platform."""
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return
    for needed in map(Requirement, lines):
        if needed.marker is None or any(
            needed.marker.evaluate({"extra": extra}) for extra in extras | {""}
        ):
            yield needed


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("appliance/**/*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), (page, target)


def test_no_page_has_a_limit_of_its_own() -> None:
    """How long a text may be stands in ``model/limits``, for the keeper and the panel alike."""
    for page in (ROOT / "web/templates").rglob("*.html"):
        assert not re.search(r'(max|min)length="\d', page.read_text("utf-8")), page


def test_a_days_seconds_have_one_home() -> None:
    home = ROOT / "appliance/clock.py"
    for path in sources(*CODE):
        if path != home:
            assert not re.search(r"\b86_?400(_000|000)?\b", path.read_text("utf-8")), path
