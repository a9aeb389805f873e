"""Set a line up by hand with a scratch driver; print what the wizard did of it.

A process of its own: what is declared is read once, when a module is first imported.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from appliance.config import declare as a
from appliance.config.drivers import known
from appliance.config.drivers.driver import DeviceKind, Driver, Options

CONTACTS = {"make": "It closes", "break": "It opens"}


@dataclass(frozen=True, slots=True)
class SwitchOptions(Options):
    """A hook switch on USB."""

    port: Annotated[str, "Port of the switch", DeviceKind.PORT, a.TEXT]
    contact: Annotated[str, "Contact when the phone is lifted", a.word(CONTACTS)]
    label: Annotated[str, "What is written on it", a.TEXT]
    quiet: Annotated[bool, "It makes no click", a.FLAG] = False


SWITCH = Driver("switch", "Hook switch", {"hook": SwitchOptions})


def set_up_by_hand(folder: Path) -> dict[str, object]:
    """Return the ways, what is asked about the scratch driver, and the line that was saved."""
    from tests.keeper.boxes import set_up  # noqa: PLC0415
    from tests.web.conftest import PEOPLE, serve  # noqa: PLC0415
    from tests.web.setup.answering import LINE, OFFICE, config, kept, send  # noqa: PLC0415
    from tests.web.setup.test_devices import PLUGGED, offered  # noqa: PLC0415

    for panel in serve(set_up(folder / "data", PEOPLE, seed_text="fresh = true\n")):
        browser = panel.log_in()
        kept(panel, browser, "office", **OFFICE)
        panel.recorder.devices = PLUGGED
        page = browser.get("/setup/line").text
        name = "switch+sound.switch."
        form = LINE | offered(browser) | {"device": "switch+sound", f"{name}label": "Front"}
        wrong = send(panel, browser, "line", **form | {f"{name}label": " "})
        right = send(panel, browser, "line", **form | {f"{name}contact": "break"})
        (line,) = config(panel).lines
        return {
            "ways": re.findall(r'value="([\w+]+)" id="device-', page),
            "labels": re.findall(rf'<label for="{re.escape(name)}\w+">([^<]+)<', page),
            "contacts": re.findall(r'<option value="(?:make|break)"[^>]*>([^<]+)<', page),
            "mistakes": re.findall(r'id="([\w.+]+)-mistake"', wrong.text),
            "status": right.status_code,
            "hook": {"driver": line.hook.driver, **line.hook.options},
        }
    raise AssertionError


if __name__ == "__main__":
    known.DRIVERS = (*known.DRIVERS, SWITCH)
    known.BY_NAME = {each.name: each for each in known.DRIVERS}
    print(json.dumps(set_up_by_hand(Path(sys.argv[1]))))
