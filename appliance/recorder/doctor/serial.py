"""Examine serial ports: what is plugged in, and what a line's monitor or modem answers."""

from collections.abc import Iterator, Sequence
from functools import partial

from appliance.clock import Clock
from appliance.config.drivers.driver import DeviceKind
from appliance.config.drivers.known import declared, devices
from appliance.config.settings import Config, Line
from appliance.errors import LineError
from appliance.lines.device import Answer, Use
from appliance.lines.plugged.hardware import SerialPort
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import text_of
from appliance.recorder.doctor.tools import DoctorTools
from appliance.recorder.drivers import BY_DRIVER


def examine_serial(
    config: Config, clock: Clock, running: bool, tools: DoctorTools
) -> Iterator[Finding]:
    """Look at every serial device, and at the ports that lines are to use.

    A port soldered to the board is only told of where a line uses it: it is there whether or not
    anything hangs on it.
    """
    ports = tools.hardware.serial_ports()
    wanted = [use for line in config.lines for use in _uses(line)]
    named = {use.port for use in wanted}
    others = [port for port in ports if port.plugged and not named & set(port.answers)]
    for port in others:
        yield find("serial.plugged", port=port.device, name=port.description or "?")
    if not others and not wanted:
        yield find("serial.none")
    for path in sorted(named):
        if _crowded([use for use in wanted if use.port == path]):
            yield find("serial.shared", port=path)
    for use in {(use.line, use.port): use for use in reversed(wanted)}.values():
        yield from _Look(tools, clock, ports, running).at(use)
    if wanted and tools.hardware.runs("ModemManager"):
        yield find("serial.probed")


def _uses(line: Line) -> Iterator[Use]:
    """Return what a line uses each of its ports for."""
    alone = line.audio.driver == line.hook.driver
    beside = declared("hook", line.hook).beside
    for role, part in line.parts.items():
        options = declared(role, part)
        number = getattr(options, options.shared_by) if options.shared_by else None
        for _, kind, path in devices(role, part):
            if kind is DeviceKind.PORT and not (beside and path == beside.port):
                yield Use(line.name, path, part.driver, part.options, alone, number=number)
    if beside:
        yield Use(line.name, beside.port, beside.driver, beside.options, alone, callers=True)


def _crowded(uses: Sequence[Use]) -> bool:
    """Say whether several lines name a port that only one of them can have.

    The lines of one device of several share its port, each under a number of its own.
    """
    users: dict[int | None, set[str]] = {}
    for use in uses:
        users.setdefault(use.number, set()).add(use.line)
    return any(len(names) > 1 for names in users.values()) or (None in users and len(users) > 1)


class _Look:
    """A look at one port of one line."""

    def __init__(
        self, tools: DoctorTools, clock: Clock, ports: list[SerialPort], running: bool
    ) -> None:
        self._tools = tools
        self._clock = clock
        self._ports = ports
        self._running = running

    def at(self, use: Use) -> Iterator[Finding]:
        """Look at a port; where the line works without its device nothing has to be mended."""
        for each in self._at(use):
            if use.callers and each.level == "fail":
                yield find("serial.no_callers", each, port=use.port, line=use.line)
            else:
                yield each

    def _at(self, use: Use) -> Iterator[Finding]:
        line, path = use.line, use.port
        port = next((each for each in self._ports if path in each.answers), None)
        if port is None:
            yield self._missing(line, path)
            return
        if path == port.kernel_name and port.device != path:
            yield find("serial.unstable", port=path, line=line, stable=port.device)
        users = self._tools.hardware.port_users(port)
        if not self._tools.hardware.may_use(path):
            yield find("serial.denied", port=path, line=line)
        elif users:
            yield find("serial.busy", port=path, line=line, program=", ".join(users))
        elif (device := BY_DRIVER.get(use.driver)) is not None and device.look is not None:
            try:
                yield from device.look(use, None if self._running else partial(self._ask, use))
            except LineError as error:
                yield find("serial.unusable", text_of(error).fault, line=line)

    def _ask(self, use: Use) -> Answer | None:
        """Ask a line's own port; nobody else has it open."""
        return self._tools.probes[use.driver](use.port, use.options, self._clock)

    def _missing(self, line: str, path: str) -> Finding:
        there = ", ".join(port.device for port in self._ports if port.plugged)
        if not there:
            return find("serial.missing_all", port=path, line=line)
        return find("serial.missing", port=path, line=line, there=there)
