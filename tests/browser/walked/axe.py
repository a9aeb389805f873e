"""Judge a page by axe-core's rules: WCAG 2.2 AA and axe-core's best practices."""

from importlib import resources
from pathlib import Path

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

EXPERIMENTAL = ["label-content-name-mismatch"]
"""A rule of WCAG (2.5.3) that axe-core asks for by name alone."""

RUN = Path(__file__).with_name("run_axe.js").read_text("utf-8")


def rules() -> str:
    """Return axe-core, from the package among the developers' requirements."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def violations(page: Page, source: str) -> list[str]:
    """Return what breaks a rule: which one, where, how often."""
    page.evaluate(source)
    found: list[str] = page.evaluate(RUN, [TAGS, EXPERIMENTAL])
    return found
