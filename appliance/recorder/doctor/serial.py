"""Examine serial ports: what is plugged in, and which is a line monitor's."""

from collections.abc import Iterator

from appliance.clock import Clock
from appliance.config.settings import Config, Line
from appliance.errors import LineError
from appliance.lines.plugged.hardware import SerialPort
from appliance.lines.profiles import monitor_profile
from appliance.model.findings import Finding, find
from appliance.recorder.doctor.tools import DoctorTools


def examine_serial(
    config: Config, clock: Clock, running: bool, tools: DoctorTools
) -> Iterator[Finding]:
    """Look at every serial device, and at the ports that lines are to use.

    A port soldered to the board is only told of where a line uses it: it is there whether or not
    anything hangs on it.
    """
    ports = tools.hardware.serial_ports()
    wanted = [each for line in config.lines for each in _wanted(line)]
    named = {port for _, port, _ in wanted}
    others = [port for port in ports if port.plugged and not named & set(port.answers)]
    for port in others:
        yield find("serial.plugged", port=port.device, name=port.description or "?")
    if not others and not wanted:
        yield find("serial.none")
    for path in sorted(named):
        if _shared(config, path):
            yield find("serial.shared", port=path)
    for line, path, dialect in sorted(set(wanted), key=str):
        yield from _Look(tools, clock, ports, running).at(line, path, dialect)
    if wanted and tools.hardware.runs("ModemManager"):
        yield find("serial.probed")


def _wanted(line: Line) -> Iterator[tuple[str, str, str | None]]:
    """Return a line's name with each port of its devices, and the port's dialect."""
    for part in (line.hook, line.audio, line.prompt):
        if part.options.get("port"):
            yield line.name, part.options["port"], part.options.get("dialect")
    if line.hook.options.get("caller_port"):
        yield line.name, line.hook.options["caller_port"], "netcallerid"


def _shared(config: Config, path: str) -> bool:
    """Say whether several lines name one port that only one of them can have.

    The lines of one Whozz Calling unit share its port, each under a number of its own.
    """
    users: dict[object, set[str]] = {}
    for line in config.lines:
        number = line.hook.options.get("line", 1)
        for name, port, dialect in _wanted(line):
            if port == path:
                users.setdefault(number if dialect == "whozz" else None, set()).add(name)
    crowded = any(len(names) > 1 for names in users.values())
    return crowded or (None in users and len(users) > 1)


class _Look:
    """A look at one port of one line."""

    def __init__(
        self, tools: DoctorTools, clock: Clock, ports: list[SerialPort], running: bool
    ) -> None:
        self._tools = tools
        self._clock = clock
        self._ports = ports
        self._running = running

    def at(self, line: str, path: str, dialect: str | None) -> Iterator[Finding]:
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
        elif dialect is None or self._running:
            yield find("serial.monitor", port=path, line=line)
        else:
            yield self._asked(line, path, dialect)

    def _missing(self, line: str, path: str) -> Finding:
        there = ", ".join(port.device for port in self._ports if port.plugged)
        if not there:
            return find("serial.missing_all", port=path, line=line)
        return find("serial.missing", port=path, line=line, there=there)

    def _asked(self, line: str, path: str, dialect: str) -> Finding:
        """Ask the monitor; nobody else has it open."""
        try:
            answered = self._tools.answers(path, monitor_profile(dialect), self._clock)
        except LineError as error:
            return find("serial.unusable", line=line, detail=error)
        ids = {None: "serial.listens", True: "serial.speaks", False: "serial.silent"}
        return find(ids[answered], port=path, line=line, dialect=dialect)
