"""Check that the import contracts name every package there is: a new one is not left out."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
CONTRACTS: dict[str, dict[str, Any]] = {
    each["name"]: each
    for each in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
MAY = {
    "TinyDB belongs to the keeper": ["appliance.keeper"],
    "Only drivers of serial devices import pyserial": [
        "appliance.lines.modem",
        "appliance.lines.monitor",
        "appliance.lines.plugged",
    ],
    "Only the driver of sound cards imports PyAudio": ["appliance.lines.sound"],
    "Only the front imports gpiozero": ["appliance.recorder.front"],
}
"""Who may import what the contract forbids to everybody else."""

PANEL = (
    "The panel takes link, model, config, clock, errors, language, memory, structs, threads alone"
)
PANEL_ITSELF = "The panel reads no TOML and computes no digest itself"


def modules(*folders: str) -> Iterator[tuple[str, Path]]:
    """Return each module's dotted name and file, without the two roots."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            if "." in name:
                yield name, path


def within(name: str, packages: list[str]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("name", MAY)
def test_what_few_may_import_is_forbidden_to_all_others(name: str) -> None:
    forbidden = CONTRACTS[name]["source_modules"]
    others = [
        each
        for each, _ in modules("appliance", "web")
        if not within(each, MAY[name]) and not any(within(may, [each]) for may in MAY[name])
    ]  # and not the empty package around them

    assert [each for each in others if not within(each, forbidden)] == []
    assert not [each for each in MAY[name] if within(each, forbidden)]


def test_what_opens_is_forbidden_to_every_room_of_the_keeper() -> None:
    forbidden = CONTRACTS["What opens is run, and imported by nobody"]["source_modules"]
    rooms = [
        each for each, _ in modules("appliance/keeper") if each.count(".") > 1
    ]  # without the package itself

    assert [
        each for each in rooms if not within(each, [*forbidden, "appliance.keeper.unlocked"])
    ] == []


def test_the_vault_is_forbidden_every_signal_but_pcm() -> None:
    forbidden = CONTRACTS["The vault takes PCM alone from signals"]["forbidden_modules"]
    others = [
        each
        for each, _ in modules("appliance/signals")
        if each not in {"appliance.signals", "appliance.signals.pcm"}
    ]

    assert [each for each in others if not within(each, forbidden)] == []


def test_the_panel_takes_what_its_contract_says_and_nothing_else() -> None:
    """The contract's name, its list, and what the panel's modules import agree."""
    allowed = PANEL.removeprefix("The panel takes ").removesuffix(" alone")
    named = {f"appliance.{word}" for word in allowed.split(", ")}
    taken = {
        ".".join(each.split(".")[:2])
        for _, path in modules("web")
        for each in imported(path)
        if each.startswith("appliance.")
    }
    there = {".".join(each.split(".")[:2]) for each, _ in modules("appliance")}
    forbidden = CONTRACTS[PANEL]["forbidden_modules"]
    forbidden += CONTRACTS[PANEL_ITSELF]["forbidden_modules"]

    assert taken == named
    assert there - named == set(forbidden)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
