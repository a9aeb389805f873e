"""Test what scripts keep in a browser: nothing of people."""

import re
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "web/static").glob("*.js"))
KEPT = re.compile(
    r"""(?:local|session)Storage(?:\.setItem\(["']([\w-]+)["']|\[|\.(?!getItem)\w+)"""
)
ELSEWHERE = re.compile(r"indexedDB|document\.cookie|\bcaches\.|serviceWorker")


def kept_by(script: str) -> set[str]:
    """Return the names under which a script keeps something; one that shows none is "?"."""
    names = {name or "?" for name in KEPT.findall(script)}
    return names | ({"?"} if ELSEWHERE.search(script) else set())


def test_scripts_keep_one_switch_and_nothing_else() -> None:
    assert len(SCRIPTS) > 5
    kept = {name for path in SCRIPTS for name in kept_by(path.read_text("utf-8"))}

    assert kept == {"still"}


@pytest.mark.parametrize(
    "script",
    [
        'sessionStorage.setItem("caller", number);',
        "localStorage[name] = value;",
        "localStorage.caller = number;",
        'indexedDB.open("calls");',
        'document.cookie = "caller=1";',
    ],
)
def test_what_a_script_keeps_is_seen(script: str) -> None:
    assert kept_by(script) - {"still"}
