"""Test that the statements on standards name real tests and leave nothing out."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from tests.repository import provisions
from tests.repository.statements import faults, rows, summary, wrong_links, wrong_tests

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COUNTED: Mapping[str, Callable[[str], list[str]]] = {
    "en-303-645": lambda page: [
        summary(page, provisions.PROVISIONS, begins="M", called="mandatory provisions"),
        summary(page, provisions.PROVISIONS, begins="R", called="recommendations"),
    ],
    "cra": lambda page: [summary(page, provisions.CRA, called="requirements of Annex I")],
    "asvs": lambda page: [summary(page, provisions.ASVS, called="requirements of levels 1 and 2")],
}
"""Page -> the sentences that count its rows."""
WANTED = {"en-303-645": provisions.PROVISIONS, "cra": provisions.CRA, "asvs": provisions.ASVS}


def text_of(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


def faults_of(name: str, page: str) -> list[str]:
    return faults(page, DOCS, WANTED[name], COUNTED[name](page))


@pytest.mark.parametrize("name", WANTED)
def test_each_provision_has_its_row_and_every_gap_its_reason(name: str) -> None:
    assert faults_of(name, text_of(name)) == []


@pytest.mark.parametrize("page", ["docs/threat-model.md", "SECURITY.md", "docs/personal-data.md"])
def test_tests_and_files_that_a_page_names_are_there(page: str) -> None:
    path = ROOT / page
    text = path.read_text("utf-8")

    assert [*wrong_tests(path.parent, text), *wrong_links(path.parent, text)] == []


def test_there_are_36_mandatory_provisions() -> None:
    mandatory = [s for s in provisions.PROVISIONS.values() if s.startswith("M")]

    assert (len(mandatory), len(provisions.PROVISIONS)) == (36, 78)
    assert (len(provisions.CRA), len(provisions.ASVS)) == (22, 253)


def test_few_mandatory_provisions_do_not_apply() -> None:
    """Called so, a provision needs no test: so the three are named here as well."""
    applies = {row.numbers[0]: row.applies for row in rows(text_of("en-303-645"))}
    mandatory = [number for number, s in provisions.PROVISIONS.items() if s.startswith("M")]

    assert {number for number in mandatory if applies[number] == "no"} == {
        "5.4-2",  # a built-in identity
        "5.8-2",  # personal data to services
        "6-5",  # telemetry
    }


def without_row(number: str, page: str) -> str:
    return "".join(line for line in page.splitlines(True) if not line.startswith(f"| {number} |"))


def twice(number: str, page: str) -> str:
    line = next(line for line in page.splitlines(True) if line.startswith(f"| {number} |"))
    return page.replace(line, line + line)


def instead(old: str, new: str, page: str) -> str:
    assert old in page
    return page.replace(old, new, 1)


@pytest.mark.parametrize(
    ("poison", "told"),
    [
        (partial(instead, "`test_a_secret_is_found`", "`test_a_secret_was_found`"), "has no test_"),
        (partial(instead, "/test_secrets.py)", "/test_no_secrets.py)"), "has no test_"),
        (partial(without_row, "5.4-3"), "5.4-3: no row"),
        (partial(twice, "5.4-3"), "5.4-3: 2 rows"),
        (partial(instead, "| 5.4-3 | M |", "| 5.4-3 | R |"), "5.4-3: the status is M"),
        (partial(instead, "| 5.4-3 |", "| 5.4-33 |"), "5.4-33: no such requirement"),
        (partial(instead, "| no | – | no telem", "| no | yes | no telem"), "applies no, met yes"),
        (partial(instead, "| yes | not met yet |", "| yes | yes |"), "the page does not say"),
        (partial(instead, "](format.md)", "](formats.md)"), "no file formats.md"),
    ],
)  # fmt: skip
def test_a_poisoned_page_is_found_out(poison: Callable[[str], str], told: str) -> None:
    found = faults_of("en-303-645", poison(text_of("en-303-645")))

    assert any(told in one for one in found), found


def test_a_mandatory_provision_is_not_called_met_without_a_test() -> None:
    page = "| 5.4-3 | M | no secrets | yes | yes | trust us |\n"

    assert rows(page)[0].tests() == []
    assert "5.4-3: mandatory, called met, without a test" in faults(
        page, DOCS, {"5.4-3": "M"}, heads=[]
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (
            "test_the_first_start_tells_where_the_panel_is_and_the_password",
            "image/test_life.py",
        ),
        ("test_espeak_speaks_with_a_warning", "prompts/test_voices.py"),
    ],
)
def test_a_test_that_no_usual_run_runs_is_none(name: str, path: str) -> None:
    found = list(wrong_tests(DOCS, f"[`{name}`](../tests/{path})"))

    assert found == [f"{name} is not run by make test"]


def test_the_disclosure_policy_names_contact_and_times() -> None:
    """What EN 303 645, 5.2-1, asks of it: contact, first answer, word until it is solved."""
    policy = (ROOT / "SECURITY.md").read_text("utf-8").split("## How long")[0]

    assert (
        'Use the repository\'s private vulnerability reporting ("Report a vulnerability"' in policy
    )
    assert "| 3 working days | confirm that your report arrived |" in policy
    assert "| 14 days, again and again until it is solved | say how far we are |" in policy
    assert "We take no legal action" in policy
