"""Make sound cards without hardware: a private PulseAudio with null sinks, behind ALSA.

A ``Card`` named ``line`` is two null sinks, the two halves of an adapter on a telephone line:

    far end ── play_into ──► sink line_in ── its monitor ──► the driver's capture ┐
                                                                                  │ card = "line"
    far end ◄─ record_from ─ line_out's monitor ◄── sink ◄── the driver's output ─┘

    with pulse(Card("line"), Card("tap", channels=2)) as server:
        subprocess.Popen([...], env={**os.environ, **server.environment})   # card = "line"
        with server.play_into("line_in") as said, server.record_from("line_out") as heard:
            said.stdin.write(pcm)         # s16le at the card's rate, interleaved
            pcm = heard.stdout.read(9600)
        server.unplug("line")             # like a pulled cable; ``plug`` puts it back

PortAudio reads its environment once, when it is initialised: run the driver in a separate
process with ``Server.environment``, or set ``os.environ`` before PyAudio is imported.
"""

import contextlib
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.rig.priority import favour

_SECONDS = 10.0

_CALM_MS = 20
"""A listener with so short a latency keeps a sink's clock ticking in short steps."""

_PLAYER_MS = 200
"""With less a player puts silence in where the machine is busy."""


@dataclass(frozen=True)
class Card:
    """One sound adapter: its ALSA name, its rate, its channels in either direction."""

    name: str
    rate: int = 48000
    channels: int = 1
    looped: bool = False
    """What the driver puts out comes back to it, as on a line: both halves are one sink, into
    which the far end plays too."""

    @property
    def line_in(self) -> str:
        """Name the sink that the far end plays into, and the driver hears."""
        return f"{self.name}_in"

    @property
    def line_out(self) -> str:
        """Name the sink that the driver plays into, and the far end hears."""
        return self.line_in if self.looped else f"{self.name}_out"

    @property
    def sinks(self) -> tuple[str, ...]:
        """Both sinks, each once."""
        return tuple(dict.fromkeys((self.line_in, self.line_out)))


class Server:
    """A daemon, its cards, and what plays and records on them; made by ``pulse``."""

    def __init__(self, folder: Path, cards: tuple[Card, ...]) -> None:
        self.socket = folder / "pulse.sock"
        self.cards: Mapping[str, Card] = {card.name: card for card in cards}
        self.environment: Mapping[str, str] = {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{self.socket}",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "PULSE_CLIENTCONFIG": str(folder / "client.conf"),
            "JACK_NO_START_SERVER": "1",
            "PATH": os.environ["PATH"],
        }
        self._script = folder / "default.pa"
        self._orders = folder / "cli.sock"
        self._daemon: subprocess.Popen[str] | None = None
        self._modules: dict[str, str] = {}  # sink -> its module's number
        self._programs: list[subprocess.Popen[bytes]] = []
        (folder / "asound.conf").write_text(_alsa(cards), "ascii")
        # With shared memory a client can wait for ever for a server that was killed.
        (folder / "client.conf").write_text("enable-shm = no\nautospawn = no\n", "ascii")

    def start(self) -> None:
        """Start the daemon and plug in all cards."""
        self._script.write_text(
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={self.socket}\n"
            f"load-module module-cli-protocol-unix socket={self._orders}\n"
        )
        self._daemon = subprocess.Popen(
            [
                *("pulseaudio", "-n", "-F", str(self._script), "--daemonize=no"),
                *("--exit-idle-time=-1", "--disallow-exit=yes", "--use-pid-file=no"),
                *("--realtime=no", "--high-priority=no", "--disable-shm=yes"),
                *("--log-target=stderr", "-v"),
            ],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._daemon.stderr is not None
        for line in self._daemon.stderr:
            if "startup complete" in line.lower():
                break
        else:
            raise AssertionError("PulseAudio did not start")
        favour(self._daemon.pid)  # it begins by giving up what it was given
        self._daemon.stderr.close()  # nobody reads on, and a full pipe would hold it up
        for name in self.cards:
            self.plug(name)

    def stop(self) -> None:
        """End the daemon, and with it all that plays and records; ``start`` begins anew."""
        for program in self._programs:
            _end(program)
        self._programs.clear()
        self._modules.clear()
        if self._daemon is not None:
            _end(self._daemon)
            self._daemon = None
        self.socket.unlink(missing_ok=True)
        self._orders.unlink(missing_ok=True)

    def plug(self, name: str) -> None:
        """Put a card's sinks there."""
        card = self.cards[name]
        for sink in card.sinks:
            self._modules[sink] = self.pactl(
                *(
                    "load-module",
                    "module-null-sink",
                    f"sink_name={sink}",
                    "format=s16le",
                    "norewinds=1",
                ),
                *(f"rate={card.rate}", f"channels={card.channels}"),
            )
            calm = self._program("parec", f"{sink}.monitor", card, _CALM_MS, subprocess.DEVNULL)
            self._programs.append(calm)

    def unplug(self, name: str) -> None:
        """Take a card's sinks away: who plays or records on them loses its stream.

        Left to itself PulseAudio would move the streams to another card's sink.
        """
        sinks = self.cards[name].sinks
        places = {f"{sink}{end}" for sink in sinks for end in ("", ".monitor")}
        orders = []
        for kind, streams in (("sink", "sink-inputs"), ("source", "source-outputs")):
            known = (
                line.split("\t") for line in self.pactl("list", "short", f"{kind}s").splitlines()
            )
            here = {number for number, place, *_ in known if place in places}
            for line in self.pactl("list", "short", streams).splitlines():
                number, place, *_ = line.split("\t")
                if place in here:
                    orders.append(f"kill-{streams[:-1]} {number}")
        self._order("".join(f"{order}\n" for order in orders))
        for sink in sinks:
            self.pactl("unload-module", self._modules.pop(sink))

    def _order(self, lines: str) -> None:
        """Say to the daemon what ``pactl`` cannot; return when it is done."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_SECONDS)
            line.connect(str(self._orders))
            line.sendall(lines.encode())
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass

    def pactl(self, *arguments: str) -> str:
        """Tell the daemon something; return what it says."""
        done = subprocess.run(
            ["pactl", *arguments], env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    @contextlib.contextmanager
    def play_into(self, sink: str, ms: int = _PLAYER_MS) -> Iterator[subprocess.Popen[bytes]]:
        """Play what is written to ``stdin`` into a sink, ``ms`` late."""
        with self._running("pacat", sink, sink, ms) as program:
            yield program

    @contextlib.contextmanager
    def record_from(self, sink: str, ms: int = _CALM_MS) -> Iterator[subprocess.Popen[bytes]]:
        """Record what stands on a sink; read it from ``stdout``."""
        with self._running("parec", f"{sink}.monitor", sink, ms) as program:
            yield program

    @contextlib.contextmanager
    def _running(
        self, name: str, device: str, sink: str, ms: int
    ) -> Iterator[subprocess.Popen[bytes]]:
        (card,) = (card for card in self.cards.values() if sink in card.sinks)
        program = self._program(name, device, card, ms, subprocess.PIPE)
        try:
            yield program
        finally:
            _end(program)

    def _program(
        self, name: str, device: str, card: Card, ms: int, out: int
    ) -> subprocess.Popen[bytes]:
        playing = name == "pacat"
        program = subprocess.Popen(
            [
                *(name, "--raw", f"--device={device}", f"--latency-msec={ms}", "--format=s16le"),
                *(f"--rate={card.rate}", f"--channels={card.channels}"),
            ],
            env=self.environment,
            stdin=subprocess.PIPE if playing else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if playing else out,
            stderr=subprocess.DEVNULL,
        )
        favour(program.pid)
        return program


@contextlib.contextmanager
def pulse(*cards: Card) -> Iterator[Server]:
    """Start a private PulseAudio with these cards; end it and what runs on it afterwards."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        server = Server(Path(folder), cards)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _alsa(cards: tuple[Card, ...]) -> str:
    """Return ALSA's configuration: each card by its name, PortAudio's idea of a default."""
    parts = [
        'pcm_type.pulse { lib "libasound_module_pcm_pulse.so" }',
        'ctl_type.pulse { lib "libasound_module_ctl_pulse.so" }',
        "pcm.!default { type pulse }",
        "ctl.!default { type pulse }",
    ]
    parts += [
        f"""pcm.{card.name} {{
    type asym
    capture.pcm {{ type pulse device "{card.line_in}.monitor" }}
    playback.pcm {{ type pulse device "{card.line_out}" }}
    hint {{ show on description "{card.name}" }}
}}"""
        for card in cards
    ]
    return "\n".join(parts) + "\n"


def _end(program: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """End a process that was started here, and close what led to it."""
    program.kill()
    for pipe in (program.stdin, program.stdout, program.stderr):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    program.wait()
