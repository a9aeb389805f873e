"""Choose what tells the box of the hook: a line monitor, or a modem."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.rig.hook.modem import BLIND, MODEMS, CallerModem, ModemHook
from tests.rig.hook.monitors import Lm1, Monitor, MonitorHook, Optocouplers, Whozz
from tests.rig.hook.source import FarHook
from tests.rig.port import Port


def _monitor(make: Callable[[Path], Monitor], folder: Path) -> FarHook:
    name = folder / "monitor"
    return MonitorHook(make(folder), Port(name), name)


def _modem(name: str, folder: Path) -> FarHook:
    return ModemHook(name)


def _blind(name: str, folder: Path) -> FarHook:
    return CallerModem(name, _monitor(Optocouplers, folder))


HOOKS: Mapping[str, Callable[[Path], FarHook]] = {
    "lm1": partial(_monitor, lambda folder: Lm1()),
    "whozz": partial(_monitor, lambda folder: Whozz()),
    "optocouplers": partial(_monitor, Optocouplers),
    **{name: partial(_modem, name) for name in MODEMS},
    **{name: partial(_blind, name) for name in BLIND},
}
"""Name -> what makes it, with its files in a folder."""
