"""Examine the pins of lamps and button."""

from collections.abc import Iterator
from dataclasses import asdict

from appliance.config.settings import Config, Front
from appliance.lines.plugged.gpio import PinChip, chip_paths
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import fault_of
from appliance.recorder.doctor.tools import DoctorTools, RecorderState


def examine_gpio(
    config: Config, running: RecorderState | None, tools: DoctorTools
) -> Iterator[Finding]:
    """Look whether lamps and button can work."""
    if config.front is None:
        yield find("gpio.unused")
        return
    try:
        chip = tools.hardware.header_chip()
    except OSError:
        paths = chip_paths(tools.hardware.root / "dev")
        yield find("gpio.denied", chip=", ".join(str(path) for path in paths))
        return
    if chip is None:
        yield find("gpio.simulated")
    elif not tools.lgpio_installed():
        yield find("gpio.no_lgpio")
    elif running is not None:
        yield _running(chip, running)
    else:
        yield from list(_pins(chip, config.front, tools)) or [find("gpio.ready", chip=chip.path)]


def _running(chip: PinChip, running: RecorderState) -> Finding:
    """Tell how the front is: its pins are its own."""
    if running.front_fault:
        return find("gpio.fault", fault_of(running.front_fault))
    return find("gpio.ready", chip=chip.path)


def _pins(chip: PinChip, front: Front, tools: DoctorTools) -> Iterator[Finding]:
    for part, pin in asdict(front).items():
        holder = tools.hardware.pin_holder(chip, pin)
        if holder is not None:
            yield find("gpio.taken", pin=pin, part=part, program=holder)
