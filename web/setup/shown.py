"""Show what the steps of the office and of the line begin with."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from appliance.link.requests.devices import FindDevices, PluggedDevices
from appliance.link.requests.settings import Settings
from web import access, language
from web.settings import answers
from web.settings.fields import DRIVERS
from web.setup import devices, steps
from web.setup.by_hand import SIMULATION, Picks
from web.setup.questions import LINE, OFFICE
from web.words import devices as proposed
from web.words import findings


def office(values: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return the office's form; a fresh one begins in the reader's language."""
    shown = answers.shown(dict(values), OFFICE, None)
    if "office" not in values:
        shown["country"], shown["languages-0"] = "PL", language.chosen()
    return shown


def _first_line(values: Mapping[str, Any]) -> dict[str, Any]:
    lines, at = values.get("line", []), steps.first_phone(values)
    return lines[at] if at < len(lines) else {}


def line(now: Settings, found: PluggedDevices | None, *, warned: bool) -> dict[str, Any]:
    """Return the first telephone line, what is plugged in, and which devices are chosen."""
    table, form = _first_line(now.values), request.form if request.method == "POST" else None
    found = found or plugged()
    by_hand = [*Picks(found, table, form or {}, warned).ways()] if found is not None else []
    return {
        "fields": LINE,
        "found": found,
        "line": table,
        "wired": ", ".join(str(DRIVERS.get(each, each)) for each in steps.real_drivers(table)),
        "device": devices.chosen(table, found, form, [way.name for way, _ in by_hand]),
        "by_hand": by_hand,
        "simulation": SIMULATION,
        "kind": now.kind,
        "value": devices.value,
        "title": proposed.title,
        "hears": proposed.hears,
        "sentence": findings.sentence,
    }


def plugged() -> PluggedDevices | None:
    """Return what is plugged in."""
    return access.ask_unless(FindDevices(), "recorder_away")  # None while the recorder is away
