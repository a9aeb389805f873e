"""Write the table of settings in docs/commands.md as they are declared: ``make docs``."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appliance.config.declare import Setting, Who, asked
from appliance.config.drivers.driver import Driver
from appliance.config.drivers.known import DRIVERS
from appliance.config.settings import LISTS, TABLES, Config

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
BEGIN, END = "<!-- settings -->\n", "\n<!-- end -->"
BEGIN_DRIVERS = "<!-- drivers -->\n"
WHO = {
    Who.PANEL: "",
    Who.PERSON: "a person confirms it",
    Who.FILE: "only this file can say it",
}


def written(text: str) -> str:
    """Return the page with both tables between their marks."""
    for begin, made in ((BEGIN, table()), (BEGIN_DRIVERS, drivers_table())):
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(END)
        text = f"{before}{begin}{made}{END}{after}"
    return text


def table() -> str:
    """Return the table of all sections."""
    rows = list(_rows("", Config))
    for name, (section, _) in TABLES.items():
        rows += _rows(f"`[[{name}]]` " if name in LISTS else f"`[{name}]` ", section)
    return "\n".join(["| Key | Meaning | Default |", "|---|---|---|", *rows])


def drivers_table() -> str:
    """Return the table of all drivers' options; one that several roles have stands once."""
    rows = list(itertools.chain.from_iterable(map(_of_driver, DRIVERS)))
    head = ["| Driver | Option | Meaning | Default |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])


def _of_driver(driver: Driver) -> Iterator[str]:
    rows: dict[tuple[str, str, str], tuple[list[str], list[str]]] = {}
    for role in driver.roles:
        for kind, section in driver.role(role).classes.items():
            for each in asked(section):
                roles, kinds = rows.setdefault((each.key, meaning(each), default(each)), ([], []))
                roles += [] if role in roles else [role]
                kinds.append(kind)
    for place, ((key, said, usual), (roles, kinds)) in enumerate(rows.items()):
        name = "" if place else f"`{driver.name}`"
        where = "" if set(roles) == set(driver.roles) else f", in {_words(roles)}"
        with_kind = "" if "" in kinds else f"with {_words(kinds)}: "
        yield f"| {name} | `{key}`{where} | {with_kind}{said} | {usual} |"


def _words(names: list[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _rows(head: str, section: type) -> Iterator[str]:
    for place, each in enumerate(asked(section)):
        yield f"| {'' if place else head}`{each.key}` | {meaning(each)} | {default(each)} |"


def meaning(setting: Setting) -> str:
    """Return what is said of a setting: its documents, its limits, who may change it."""
    said = setting.also.docs or setting.label[:1].lower() + setting.label[1:]
    kind = setting.kind
    limits = []
    if kind.limits:
        limits.append(f"{kind.limits[0]} to {kind.limits[1]} {kind.unit}".rstrip())
    if kind.known:
        limits.append("of " + " ".join(f"`{word}`" for word in kind.known))
    if setting.also.example and not setting.needed:
        limits.append(f"such as `{setting.also.example}`")
    return "; ".join(filter(None, [said, *limits, WHO[setting.who]]))


def default(setting: Setting) -> str:
    """Return what holds where a setting is not there."""
    if setting.needed:
        return "required"
    if setting.also.without:
        return setting.also.without
    return f"`{_toml(setting.default)}`" if setting.default not in (None, "", (), {}) else "none"


def _toml(value: Any) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
