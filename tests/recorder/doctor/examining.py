"""A look at lines and devices of a machine that is put together here."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from appliance.clock import Clock
from appliance.config.read import trial
from appliance.config.settings import Config, Front, Part
from appliance.errors import LineError
from appliance.lines.device import Answer, Options
from appliance.lines.modem.device import IsModem
from appliance.lines.modem.formats import SampleCoding, VoiceFormat
from appliance.lines.modem.probe import Capabilities
from appliance.lines.modem.profile import Voltage
from appliance.lines.monitor.device import IsMonitor
from appliance.lines.profiles import monitor_profile
from appliance.link.requests.devices import IsdnCard
from appliance.model.findings import Finding
from appliance.model.records import LineStatus
from appliance.model.sentences.faults import DeviceFault
from appliance.recorder.doctor.lines import examine_lines
from appliance.recorder.doctor.tools import DoctorTools, RecorderState
from tests.clocks import ManualClock
from tests.lines.plugged.machines import STABLE, Bench

MONITOR = Part("monitor", {"dialect": "lm1", "port": STABLE})
SOUND = Part("sound", {"card": "LineTap"})
WHOLE = Capabilities(
    "conexant",
    "56000",
    voice=True,
    caller_id=True,
    voltage=Voltage(ask="AT-TRV", form="decimal"),
    format=VoiceFormat(1, SampleCoding.UNSIGNED),
    duplex=True,
    takes_line=True,
    hangs_up=True,
)
"""A modem that can do everything."""


@dataclass
class Look:
    """A look: change what it is about, then look."""

    bench: Bench
    config: Config = field(default_factory=trial)
    running: RecorderState | None = None
    monitor: bool | str | None = True  # answers, or cannot be opened
    modem: Capabilities | str = WHOLE  # what it can do, or why it cannot be asked
    isdn: tuple[IsdnCard, ...] = ()
    devices: list[str] | str = field(default_factory=lambda: ["USB Audio: - (hw:1,0)", "default"])
    gain: bool | None = None  # whether the adapter controls its gain
    pyaudio: bool = True
    lgpio: bool = True
    kept: Path | None = None  # the panel's prompts
    calibrations: Path | None = None  # what test calls have taught
    probed: list[str] = field(default_factory=list)

    def line(self, **changes: object) -> "Look":
        """Change the configuration's line."""
        changed = replace(self.config.lines[0], **changes)  # type: ignore[arg-type] # any field
        self.config = replace(self.config, lines=(changed, *self.config.lines[1:]))
        return self

    def real(self, hook: Part = MONITOR, audio: Part = SOUND, prompt: Part = SOUND) -> "Look":
        """Put the line on real devices."""
        return self.line(hook=hook, audio=audio, prompt=prompt)

    def fronted(self) -> "Look":
        """Configure lamps and button."""
        self.config = replace(self.config, front=Front())
        return self

    def runs(
        self,
        *states: str,
        fault: str = "",
        exempt: float = 0.0,
        grade: str = "none",
        wrong: DeviceFault | None = None,
    ) -> "Look":
        """Let the recorder run, its lines in these states; what a mixed signal has earned.

        ``fault`` is the front's, ``wrong`` what the lines' drivers say.
        """
        names = [line.name for line in self.config.lines]
        told = zip(names, states, strict=False)
        lines = tuple(LineStatus(line=name, state=state, fault=wrong) for name, state in told)
        self.running = RecorderState(lines, fault, exempt, dict.fromkeys(names, grade))
        return self

    def found(self) -> dict[str, str]:
        """Look, and return id -> sentence."""
        return {each.id: each.text for each in self.findings()}

    def findings(self) -> list[Finding]:
        """Look."""
        tools = DoctorTools(
            hardware=self.bench.hardware,
            probes={"monitor": self._monitor, "modem": self._modem},
            silent=(),
            isdn_cards=lambda: self.isdn,
            controls_gain=lambda dev, card: self.gain if card == 1 else None,
            ask_portaudio=self._ask_portaudio,
            pyaudio_installed=lambda: self.pyaudio,
            lgpio_installed=lambda: self.lgpio,
        )
        found = examine_lines(
            self.config,
            ManualClock(),
            self.running,
            tools,
            kept=self.kept,
            calibrations=self.calibrations,
        )
        return list(found)

    def _modem(self, path: str, options: Options, clock: Clock) -> Answer:
        self.probed.append(path)
        if isinstance(self.modem, str):
            raise LineError(self.modem)
        return IsModem(self.modem)

    def _monitor(self, path: str, options: Options, clock: Clock) -> Answer | None:
        self.probed.append(path)
        if isinstance(self.monitor, str):
            raise LineError(self.monitor)
        dialect = monitor_profile(str(options["dialect"])).dialect
        return None if self.monitor is False else IsMonitor(dialect, self.monitor is None)

    def _ask_portaudio(self) -> list[str]:
        self.probed.append("PortAudio")
        if isinstance(self.devices, str):
            raise LineError(self.devices)
        return self.devices


def look_at(root: Path) -> Look:
    """Prepare a look at a fresh machine."""
    return Look(Bench(root))
