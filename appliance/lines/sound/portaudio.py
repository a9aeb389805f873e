"""Open sound cards for all lines of this process.

PortAudio is one for the process, and so is its owner: it is built once and passed in.

PortAudio makes its list of devices when it is initialised and never again, and ending it closes
every stream of the process. So a card that is not in the list is found only by initialising anew,
and the rule for that is:

- with no stream open PortAudio is not running, so every attempt sees what is there;
- with streams of other lines open: only if the kernel has the card plugged in, and every one of
  those lines is idle. They give their streams back and open them again, which takes less than a
  second. A call in progress is never interrupted: the new card waits for its end.
"""

import contextlib
import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from appliance.errors import LineError
from appliance.lines.plugged.connection import UNKNOWN, Attachment, Kernel
from appliance.lines.plugged.hardware import Hardware
from appliance.lines.sound import device_files
from appliance.lines.sound.alsa import is_card_itself
from appliance.lines.sound.cards import device_of, number_of
from appliance.model.sentences.faults import FaultText, device_fault

BLOCK_SECONDS = 0.01
"""Cards are fed and read in steps of this."""

_CAPTURE_SECONDS = 0.3
"""So long a reader may be held up and nothing is lost."""

_OUTPUT_SECONDS = 0.3
"""So long a prompt goes on while nothing feeds it."""

_GIVE_BACK_SECONDS = 2.0

_TRIES_APART = 60
"""Other lines give their cards back in vain once in so many tries, five minutes, for a card that
the kernel has and PortAudio does not find: another program holds it, or it is broken."""


@dataclass(frozen=True, slots=True)
class Want:
    """What a line wants opened."""

    card: str
    rate: int
    channels: int  # to hear; what is said has one


@dataclass(slots=True, eq=False)
class CardStreams:
    """Both directions of an open card; lent until given back."""

    hears: Any  # pyaudio.Stream
    says: Any
    idle: Callable[[], bool]
    """Whether the line could be without its card for a second."""
    recalled: threading.Event = field(default_factory=threading.Event)
    """Set when they are to be given back soon."""
    connection: Attachment = UNKNOWN
    """By what the card is connected, as the kernel said when it was opened."""


class PortAudio:
    """Lends out the streams of sound cards. Any thread."""

    def __init__(self, hardware: Hardware | None = None) -> None:
        """Load PyAudio and silence the C libraries below it; open nothing yet.

        Args:
            hardware: what is plugged in; None for this machine's.

        Raises:
            LineError: PyAudio is not installed.
        """
        self._pyaudio = _library()
        _hush()
        self._hardware = hardware or Hardware()
        self._folder = self._hardware.root / "dev/snd"
        self._files: dict[int, device_files.Files] = {}  # of each open stream, by its identity
        self._changed = threading.Condition()
        self._lent: list[CardStreams] = []
        self._audio: Any = None  # pyaudio.PyAudio, while PortAudio is initialised
        self._renewing = False
        self._in_vain: dict[str, int] = {}  # card -> tries until the others are asked again

    def open(self, want: Want, idle: Callable[[], bool]) -> CardStreams:
        """Open a card both ways.

        Raises:
            LineError: it is not there, or cannot do what is wanted.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._renewing)
            if self._audio is None:
                self._begin()
            try:
                return self._opened(want, idle)
            except LineError:
                if not self._lent:
                    self._end()  # the next attempt looks afresh
                if not self._may_renew(want):
                    raise
            self._renew()
            if self._device(want.card) is None:
                self._in_vain[want.card] = _TRIES_APART
            return self._opened(want, idle)

    def throw_away(self, want: Want, streams: CardStreams) -> None:
        """Let nothing more sound of what was put out, at once: begin the output anew.

        For the thread that feeds ``streams.says`` and nobody else.

        Raises:
            LineError: the card is gone.
        """
        with self._changed, self._said_why(want):
            # Closing discards what a stream holds; PyAudio cannot do that in any other way.
            self._close(streams.says)
            device = self._device(want.card)
            if device is None:
                raise LineError(device_fault("card_gone", card=want.card))
            streams.says = self._stream(device, want, hears=False)

    def give_back(self, streams: CardStreams) -> None:
        """Close streams, whatever state they are in; what has not sounded yet is thrown away."""
        with self._changed:
            for stream in (streams.says, streams.hears):
                with contextlib.suppress(OSError):  # an unplugged card's
                    self._close(stream)
            if streams in self._lent:
                self._lent.remove(streams)
            self._changed.notify_all()
            if not self._lent and not self._renewing:
                self._end()

    # -- with the lock held -----------------------------------------------------------------------

    def _begin(self) -> None:
        try:
            self._audio = self._pyaudio.PyAudio()
        except OSError as error:
            raise LineError(device_fault("sound_system", detail=error.args[-1])) from error

    def _end(self) -> None:
        if self._audio is not None:
            self._audio.terminate()
            self._audio = None

    def _may_renew(self, want: Want) -> bool:
        if not self._lent or self._device(want.card) is not None:
            return False
        left = self._in_vain.pop(want.card, 0)
        if number_of(want.card, self._hardware) is None:
            return False
        if left:
            self._in_vain[want.card] = left - 1
        return not left and all(streams.idle() for streams in self._lent)

    def _renew(self) -> None:
        self._renewing = True
        try:
            for streams in self._lent:
                streams.recalled.set()
            if self._changed.wait_for(lambda: not self._lent, _GIVE_BACK_SECONDS):
                self._end()
                self._begin()
        finally:
            self._renewing = False
            self._changed.notify_all()

    def _device(self, card: str) -> int | None:
        infos = map(self._audio.get_device_info_by_index, range(self._audio.get_device_count()))
        return device_of(card, [(info["index"], info["name"]) for info in infos], self._hardware)

    def _opened(self, want: Want, idle: Callable[[], bool]) -> CardStreams:
        device = self._device(want.card)
        if device is None:
            raise LineError(self._why_missing(want.card))
        info = self._audio.get_device_info_by_index(device)
        if info["maxInputChannels"] < want.channels or info["maxOutputChannels"] < 1:
            raise LineError(
                device_fault(
                    "card_channels",
                    card=want.card,
                    hears=info["maxInputChannels"],
                    speaks=info["maxOutputChannels"],
                    channels=want.channels,
                )
            )
        with self._said_why(want):
            hears = self._stream(device, want, hears=True)
            try:
                says = self._stream(device, want, hears=False)
            except OSError:
                self._close(hears)
                raise
        streams = CardStreams(hears, says, idle)
        streams.connection = self._connection(info["name"], hears, says)
        self._lent.append(streams)
        return streams

    def _connection(self, name: str, *streams: Any) -> Attachment:
        """Return by what a card is connected, of the files that opening it has opened.

        What ALSA lays before a card counts for none: it is then not the card that is heard.
        """
        kernel = Kernel(self._hardware.root)
        files = [self._files[id(each)].values() for each in streams]
        itself = is_card_itself(name)
        opened = [kernel.card(name, each if itself else ()) for each in files]
        return next((each for each in opened if not each.real), opened[0])

    def _why_missing(self, card: str) -> FaultText:
        if number_of(card, self._hardware) is None:
            return device_fault("card_away", card=card)
        return device_fault("card_taken", card=card)

    def _stream(self, device: int, want: Want, *, hears: bool) -> Any:
        _make_room(device)
        before = device_files.open_below(self._folder)
        stream = self._audio.open(
            rate=want.rate,
            channels=want.channels if hears else 1,
            format=self._pyaudio.paInt16,
            input=hears,
            output=not hears,
            input_device_index=device if hears else None,
            output_device_index=None if hears else device,
            frames_per_buffer=round(want.rate * BLOCK_SECONDS),
        )
        now = device_files.open_below(self._folder)
        self._files[id(stream)] = {number: now[number] for number in now.keys() - before.keys()}
        return stream

    def _close(self, stream: Any) -> None:
        """Close a stream, and what PortAudio leaves open of it if its card is gone."""
        try:
            stream.close()
        finally:
            device_files.let_go(self._files.pop(id(stream), {}))

    @contextlib.contextmanager
    def _said_why(self, want: Want) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise LineError(
                device_fault("card_refuses", card=want.card, rate=want.rate, detail=error.args[-1])
            ) from error


def _library() -> Any:
    try:
        import pyaudio  # noqa: PLC0415 - an extra: only who has a sound card needs it
    except ImportError as error:
        raise LineError(device_fault("sound_no_pyaudio")) from error
    return pyaudio


class _DeviceInfo(ctypes.Structure):
    """``PaDeviceInfo`` of portaudio.h."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("host_api", ctypes.c_int),
        ("max_input_channels", ctypes.c_int),
        ("max_output_channels", ctypes.c_int),
        ("low_input_latency", ctypes.c_double),
        ("low_output_latency", ctypes.c_double),
        ("high_input_latency", ctypes.c_double),
        ("high_output_latency", ctypes.c_double),
        ("rate", ctypes.c_double),
    )


def _make_room(device: int) -> None:
    """Give a device's streams buffers that outlast a pause of ours.

    PyAudio opens with the device's "low latency", some 9 ms, and cannot be told otherwise: a
    reader held up for 30 ms would lose sound. Where PortAudio is another build than Debian's the
    default stays.
    """
    try:
        portaudio = ctypes.CDLL("libportaudio.so.2")
        portaudio.PaAlsa_SetNumPeriods(round(_CAPTURE_SECONDS / BLOCK_SECONDS))
    except (OSError, AttributeError):
        return
    portaudio.Pa_GetDeviceInfo.restype = ctypes.POINTER(_DeviceInfo)
    info = portaudio.Pa_GetDeviceInfo(device)
    if info:
        info.contents.low_input_latency = _CAPTURE_SECONDS
        info.contents.low_output_latency = _OUTPUT_SECONDS


def _hush() -> None:
    """Send what C libraries print to nowhere: a hundred lines about cards that are not there.

    Only C's ``stderr`` is moved; what Python writes, also when it crashes, comes out as ever.
    """
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    c = ctypes.CDLL(None)
    c.fopen.restype = ctypes.c_void_p
    nowhere = c.fopen(b"/dev/null", b"w")
    if nowhere:
        ctypes.c_void_p.in_dll(c, "stderr").value = nowhere
