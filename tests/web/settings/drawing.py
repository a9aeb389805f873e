"""Draw forms with mistakes, from the slips of a configuration.

A form can send a slip if it sends what it shows of it: a number that is too large, and no list in a
text's place.
"""

import copy
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from werkzeug.datastructures import MultiDict

from appliance.config.drivers.driver import ROLES, named
from appliance.config.drivers.known import BY_NAME
from appliance.config.mistakes import Place
from appliance.config.settings import LISTS
from tests.config.between import GONE, between, changing
from tests.config.drawing import Slip, chosen, good, slips
from web.settings import answers
from web.settings.fields import SECTIONS, Section

Values = dict[str, Any]


@dataclass
class DrawnForm:
    """One form, and the slips that can be made in it."""

    section: Section
    item: int | None
    slips: list[Slip] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return where it is posted."""
        return f"/settings/{self.section.name}" + ("" if self.item is None else f"/{self.item}")

    def sends(self, now: Values, values: Values) -> MultiDict[str, str] | None:
        """Return the form that makes other settings of those in force; None if none does."""
        form = answers.shown(values, self.section, self.item)
        made = answers.drafted(now, self.section, self.item, form)
        return form if _typed(made) == _typed(values) else None

    def draw(
        self, pick: random.Random, now: Values
    ) -> tuple[MultiDict[str, str], list[tuple[Place, str]]]:
        """Return a form with one to five slips, and what has to be told of them."""
        while True:
            made = chosen(pick, self.slips)
            values = copy.deepcopy(now)
            for slip in made:
                slip.make(values)
            form = self.sends(now, values)
            if form is not None:
                return form, sorted(((slip.place, slip.code) for slip in made), key=repr)


def _typed(values: Any) -> Any:
    """Return values in which true is not 1."""
    return repr(values)


def settled(values: Values) -> Values:
    """Return settings as their own forms would save them: without what holds anyway."""
    for section in SECTIONS.values():
        for item in range(len(values[section.table])) if section.many else [None]:
            shown = answers.shown(values, section, item)
            values = answers.drafted(values, section, item, shown)
    return values


def keeper_only(now: Values) -> Iterator[Slip]:
    """Yield slips that the keeper alone refuses: a good configuration, and none for a panel."""
    pair = {"panel.certificate": "/etc/zgoda/tls/a.pem", "panel.key": "/etc/zgoda/tls/a.key"}
    for key in pair:
        for path in ("/home/anna/a.pem", "/etc/zgoda/tls/../a.pem"):
            yield changing(key, "tls_folder", pair | {key: path}, ())
    yield changing("panel.host", "no_certificate", {"panel.host": "192.168.1.20"}, ("panel",))
    everywhere = pair | {"panel.host": "::", "panel.names": GONE}
    yield changing("panel.host", "no_names", everywhere, ("panel",))
    for at, line in enumerate(now["line"]):
        parts = {role: line[role] for role in ROLES}
        drivers = Counter(part["driver"] for part in parts.values())
        for role, part in parts.items():
            options = BY_NAME[part["driver"]].role(role).of(part)
            for key, kind in named(options).items():
                if kind.is_path and key in part and drivers[part["driver"]] == 1:
                    place, goes_by = f"line.{at}.{role}.{key}", [f"line.{at}.{r}" for r in ROLES]
                    for path in ("/etc/shadow", "/dev/../etc/shadow", "x"):
                        yield changing(place, "no_device", {place: path}, goes_by)


@cache
def in_force() -> Values:
    """Return good settings in which nearly everything is set that a form asks for."""
    values = good()
    del values["vault"], values["backup"]
    values["panel"] |= {"host": "127.0.0.1", "names": ["zgoda.lan"]}
    return settled(values)


def forms(now: Values) -> list[DrawnForm]:
    """Return every form in which a slip can be made."""
    by_place: dict[Place, list[Slip]] = defaultdict(list)
    for slip in [*slips(now), *between(now) * 4, *[*keeper_only(now)] * 4]:
        by_place[slip.place[: 2 if slip.place[0] in LISTS else 1]].append(slip)
    found = []
    for section in SECTIONS.values():
        items = range(len(now[section.table])) if section.many else [None]
        for item in items:
            form = DrawnForm(section, item)
            head = (section.table,) if item is None else (section.table, item)
            form.slips = [slip for slip in by_place[head] if can_send(form, now, slip)]
            found.append(form)
    return [form for form in found if form.slips]


def can_send(form: DrawnForm, now: Values, slip: Slip) -> bool:
    """Say whether a form sends what a slip makes."""
    values = copy.deepcopy(now)
    slip.make(values)
    try:
        return form.sends(now, values) is not None
    except (TypeError, AttributeError, ValueError):
        return False  # no form shows a number in a table's place
