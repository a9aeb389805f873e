"""The documents match the program: commands, options, settings."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from release import changes

from appliance.commands.main import COMMANDS, zgoda
from appliance.config import settings
from appliance.config.declare import asked
from appliance.config.drivers.known import DRIVERS
from appliance.link.operations import Operation, WithoutRole
from appliance.link.requests import calls, erase_all, proof, time
from appliance.model.takes import LARGEST_TAKE
from tests.browser.pictures import screenshots
from tests.repository import settings_page
from web.__main__ import command as panel

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/commands.md").read_text("utf-8")
WORDS = re.compile(r"--[a-z][a-z-]*")
NOT_OURS = {"--help", "--version"}
OF_A_LOGIN = {
    "--data", "--run", "--keeper-user", "--recorder-user", "--name", "--password-file", "--totp",
}  # fmt: skip
ACTS: dict[str, type[Operation[Any]]] = {
    "list": calls.ListCalls,
    "show": calls.ShowCall,
    "export": calls.ExportCall,
    "proof": proof.GetProof,
    "erase": calls.EraseCall,
    "certificate": calls.ShowCertificate,
    "hold": calls.HoldCall,
}
"""Subcommand of recordings -> what it asks the keeper for."""
TIMES: dict[str, type[Operation[Any]]] = {
    "show": time.GetTime,
    "confirm": time.ConfirmTime,
    "allow-erasure": time.AllowErasure,
}
"""The same of ``zgoda time``."""
OF_ALL: dict[str, type[Operation[Any]]] = {
    "show": erase_all.GetEraseAll,
    "ask": erase_all.AskEraseAll,
    "confirm": erase_all.ConfirmEraseAll,
    "cancel": erase_all.CancelEraseAll,
}
"""The same of ``zgoda erase-all``."""


def command_of(name: str) -> click.Command:
    """The command behind a name; ``zgoda panel`` becomes the panel's own program."""
    if name == "panel":
        return panel
    command = zgoda.get_command(click.Context(zgoda), name)
    assert command is not None
    return command


def options(command: click.Command) -> set[str]:
    below = command.commands.values() if isinstance(command, click.Group) else [command]
    found = {
        option
        for each in below
        for parameter in each.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }
    return found - NOT_OURS


def of_operations(command: click.Group) -> set[str]:
    """Return the options of every operation that ``zgoda ask`` makes a command of."""
    context = click.Context(command)
    made = [command.get_command(context, name) for name in command.list_commands(context)]
    return set[str]().union(*(options(each) for each in made if each is not None))


def section(name: str) -> str:
    found = re.search(rf"^## zgoda {name}\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no section on {name}"
    return found[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_described_with_its_options(name: str) -> None:
    said, command = set(WORDS.findall(section(name))), command_of(name)

    if isinstance(command, click.Group) and not command.commands:  # made from the link
        own = {option for each in command.params for option in each.opts} - NOT_OURS
        assert own <= said <= own | of_operations(command) | {"--help", "--place"}  # --place.server
    else:
        assert said == options(command)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_an_example_in_its_help(name: str) -> None:
    command = command_of(name)
    below = command.commands.values() if isinstance(command, click.Group) else [command]
    for each in below:
        assert "Example" in f"{each.help} {each.epilog}", each.name


def rows_of(group: str) -> dict[str, list[str]]:
    """Return each subcommand's row: its name, who may, and what it does."""
    rows = re.findall(r"^\| `([a-z-]+)[^`]*` \| (.*?) \| (.*) \|$", section(group), re.MULTILINE)
    return {name: [who, what] for name, who, what in rows}


@pytest.mark.parametrize("name_of_group", ["recordings", "erase-all", "time"])
def test_each_subcommand_is_described_with_its_options(name_of_group: str) -> None:
    group = command_of(name_of_group)
    assert isinstance(group, click.Group)

    rows = rows_of(name_of_group)
    assert rows.keys() == group.commands.keys()
    for name, command in group.commands.items():
        assert set(WORDS.findall(rows[name][1])) == options(command) - OF_A_LOGIN, name


@pytest.mark.parametrize(
    ("group", "acts"), [("recordings", ACTS), ("time", TIMES), ("erase-all", OF_ALL)]
)
def test_each_subcommand_says_who_may(group: str, acts: dict[str, type[Operation[Any]]]) -> None:
    for name, operation in acts.items():
        assert not isinstance(operation.roles, WithoutRole)
        may = ", ".join(sorted(role.value.replace("_", " ") for role in operation.roles))
        assert rows_of(group)[name][0] == may


def test_the_table_of_settings_is_what_they_declare() -> None:
    assert settings_page.written(PAGE) == PAGE  # otherwise: make docs
    for section, _ in settings.TABLES.values():
        for each in asked(section):
            assert f"`{each.key}` | {settings_page.meaning(each)} |" in PAGE, each.key


def test_each_driver_is_described() -> None:
    table = PAGE[PAGE.index("## The configuration") : PAGE.index("## Your own prompts")]
    assert [each.name for each in DRIVERS if f"`{each.name}`" not in table] == []
    for driver in DRIVERS:
        for role in driver.roles:
            for key, each in driver.role(role).settings.items():
                assert f"{settings_page.meaning(each)} |" in table, (driver.name, key)


def test_the_readme_names_the_promises_and_both_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [f"P{number}" for number in range(1, 12)] == re.findall(r"^\| (P\d+) ", readme, re.M)
    assert "make run" in readme
    assert "make test" in readme


def test_the_changelog_has_this_version() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    version = re.search(r'^version = "(.*)"', project, re.MULTILINE)
    assert version

    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_first_version_is_described_in_few_lines() -> None:
    described = changes.notes((ROOT / "CHANGELOG.md").read_text("utf-8"), "0.1.0").splitlines()

    assert len(described) <= 45
    assert [line for line in described if len(line) > changes.LONGEST] == []


def test_each_change_can_be_gathered() -> None:
    changes.read(ROOT / "changes")


def test_each_decision_is_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = set(re.findall(r"\]\((.*?\.md)\)", (folder / "README.md").read_text("utf-8")))

    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_every_part_of_the_benchmark_has_its_place_on_the_page() -> None:
    code = (ROOT / "benchmarks").glob("*/[a-z]*.py")
    parts = {
        f"{path.parent.name}.{path.stem}"
        for path in code
        if "\ndef rows(" in path.read_text("utf-8")
    }
    page = (ROOT / "docs/benchmarks.md").read_text("utf-8")
    assert set(re.findall(r"<!-- figures: ([\w.]+) -->\n.+?<!-- end -->", page, re.DOTALL)) == parts


def pages() -> Iterator[tuple[Path, str]]:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        yield page, page.read_text("utf-8")


def test_each_file_that_a_document_names_exists() -> None:
    named = re.compile(r"`((?:appliance|web|tests|benchmarks|firmware-config|systemd)/[\w./-]+)`")
    missing = [
        (page.name, path)
        for page, text in pages()
        for path in named.findall(text)
        if not (ROOT / path).exists()
    ]
    assert missing == []


def drawn_floors() -> list[dict[str, set[str]]]:
    """Return each floor of the picture in docs/architecture.md: its packages and their rooms.

    The panel, which stands beside the floors, comes last.
    """
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    node = re.compile(r'^ +(\w+)\["\1(?:<br>(.*?))?"\]$', re.MULTILINE)
    floors = re.findall(r"subgraph floor\d .*?\n(.*?)\n    end", text, re.DOTALL)
    panel = re.findall(r"\n    web\[.*\n", text)
    return [
        {name: set(rooms.split(" · ")) - {""} for name, rooms in node.findall(floor)}
        for floor in [*floors, *panel]
    ]


def test_the_floors_are_drawn_as_the_import_contracts_say() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    down = project["tool"]["importlinter"]["contracts"][0]
    agreed = [set(layer.split(" : ")) for layer in down["layers"]]

    *drawn, panel = drawn_floors()
    assert panel.keys() == {"web"}
    assert [{f"appliance.{name}" for name in floor} for floor in drawn] == agreed
    packages = {path.parent.name for path in (ROOT / "appliance").glob("*/__init__.py")}
    modules = {path.stem for path in (ROOT / "appliance").glob("[a-z]*.py")}
    assert {name for floor in drawn for name in floor} == packages | modules


def test_the_floors_are_drawn_with_all_their_rooms() -> None:
    drawn = {name: rooms for floor in drawn_floors() for name, rooms in floor.items()}
    there = {
        name: {path.parent.name for path in folder.glob("*/__init__.py")}
        for name in drawn
        for folder in [ROOT / "web" if name == "web" else ROOT / "appliance" / name]
    }
    assert drawn == there


def test_the_largest_take_is_said_as_it_is() -> None:
    said = f"The panel takes {LARGEST_TAKE / 1_000_000:.1f} MB at once"
    assert said in (ROOT / "docs/commands.md").read_text("utf-8")
    assert LARGEST_TAKE // (2 * 16_000) == 59, "as beside the constant"


def terms() -> list[tuple[str, str]]:
    """Return each term of the glossary and what is said of it."""
    text = (ROOT / "docs/glossary.md").read_text("utf-8")
    return re.findall(r"^- \*\*(.+?)\.?\*\*(?: \(ours\)\.)? (.+)$", text, re.MULTILINE)


def test_the_glossary_is_alphabetical_and_short() -> None:
    names = [name.casefold() for name, _ in terms()]
    assert len(names) > 100
    assert names == sorted(set(names))
    for name, said in terms():
        prose = re.sub(r" ?\(.*?\)+", "", said.replace("Art. ", "Art "))
        assert prose.count(". ") <= 1, name  # two sentences at most


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_newcomers_are_led_to_the_glossary(page: str) -> None:
    assert "glossary.md)" in (ROOT / page).read_text("utf-8")


def test_pictures_are_built_aside_and_only_a_release_copies_them() -> None:
    assert screenshots.FOLDER == ROOT / "build/pictures"
    rules = re.split(r"\n(?=\S)", (ROOT / "Makefile").read_text("utf-8"))
    writes = [rule for rule in rules if re.search(r"^\t.*docs/screenshots", rule, re.MULTILINE)]
    assert [rule.partition(":")[0] for rule in writes] == ["release-pictures"]
    code = [*(ROOT / "tests/browser").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    assert [path for path in code if "docs/screenshots" in path.read_text("utf-8")] == []


def copying(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Copy pictures in a checkout, as a release does."""
    asked = ["make", "-f", str(ROOT / "Makefile"), "release-pictures"]
    return subprocess.run(asked, cwd=checkout, check=False, capture_output=True, text=True)


def test_a_release_takes_whole_sets_of_pictures(tmp_path: Path) -> None:
    built, shown = tmp_path / "build/pictures", tmp_path / "docs/screenshots"
    for folder, names in ((built, ("line", "new")), (shown, ("line", "call"))):
        folder.mkdir(parents=True)
        for name in names:
            (folder / f"{name}.png").write_text(folder.name)

    refused = copying(tmp_path)
    assert refused.returncode
    assert "build/pictures has no call.png" in refused.stderr
    assert (shown / "line.png").read_text() == "screenshots"

    (built / "call.png").write_text("pictures")
    copying(tmp_path).check_returncode()
    assert {path.name: path.read_text() for path in shown.iterdir()} == dict.fromkeys(
        ("line.png", "new.png", "call.png"), "pictures"
    )
