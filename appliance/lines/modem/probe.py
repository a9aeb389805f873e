"""Ask a modem what it is and what it can do; nothing is assumed of it.

The probe sends commands that do not touch the line: it stays on-hook all the while.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from appliance.errors import shown
from appliance.lines.device import NoAnswer
from appliance.lines.modem.formats import VOICE_FORMAT, VoiceFormat, choose_format
from appliance.lines.modem.profile import ModemProfile, Voltage, fitting_profile, modem_profile
from appliance.lines.modem.v253 import Ask, Reply, command
from appliance.model.sentences.faults import device_fault

Asks = Callable[[Ask], Reply]

ANY = r"(?!AT).{1,80}"
"""A line of an answer in words; not the echo of the command."""

_IDENTITY = ("ATI0", "ATI3", "ATI6", "ATI9", "AT+GMI", "AT+GMM", "AT+FMI", "AT+FMM")
_DECIMAL = r"-?\d{1,3}\.\d{1,2}"
_REGISTER = r"(0X)?[0-9A-F]{2,4}"
_STEPS = 0x1F
"""The part of the register that counts steps of voltage."""

ANSWER_SECONDS = 0.35
"""A modem answers the question for the voltage within this, a quarter of a second after the last
answer, or there is a doubt: the source would be later than it declares."""

_ATTEMPTS = 3


class NoModem(NoAnswer):
    """What hangs on a port does not answer like a modem."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one modem can do, as it answered itself."""

    profile: str
    identity: str
    voice: bool = False
    caller_id: bool = False
    voltage: Voltage | None = None
    local_phone: bool = False
    format: VoiceFormat | None = None
    duplex: bool = False
    """Its profile says that it hears while it speaks; the first call shows."""
    takes_line: bool = False
    hangs_up: bool | None = None
    """Whether it goes on-hook when the port closes; None if it does not show the setting."""
    sees_flash: bool = False

    @property
    def sees_hook(self) -> bool:
        """Say whether it tells that a phone was lifted while it is itself on-hook."""
        return self.voltage is not None or self.local_phone

    @property
    def plays(self) -> bool:
        """Say whether it can speak on the line."""
        return self.voice and self.format is not None and self.takes_line

    @property
    def asks_alone(self) -> bool:
        """Say whether it can ask a caller without a sound adapter.

        It has to hear its own words while it says them, or nobody knows that they were heard.
        """
        return self.plays and self.duplex and self.sees_hook


def prepare(asks: Asks, name: str | None) -> tuple[ModemProfile, Capabilities]:
    """Wake a modem, set it up and find out what it can do.

    Args:
        asks: sends a command and returns its answer.
        name: the profile that the configuration names; None lets the modem's identity choose.

    Raises:
        NoModem: nothing answers like a modem.
        LineError: there is no such profile.
    """
    _wake(asks)
    identity = _identity(asks)
    profile = modem_profile(name or fitting_profile(identity))
    _all(asks, ("AT&D2", *profile.setup))
    hangs_up = _reads_back(asks)
    caller_id = any(asks(command(text)).ok for text in profile.caller_id)
    found = Capabilities(
        _file_name(name, identity),
        identity,
        caller_id=caller_id,
        voltage=next((each for each in profile.voltage if _answers(asks, each)), None),
        hangs_up=hangs_up,
        sees_flash=profile.sees_flash,
    )
    return profile, _voice(asks, profile, found)


def _file_name(name: str | None, identity: str) -> str:
    return name or fitting_profile(identity)


def _wake(asks: Asks) -> None:
    """Bring the modem to its first answer; it may still be hanging up from before."""
    for _ in range(_ATTEMPTS):
        if asks(command("AT", seconds=1.0)).ok and asks(command("ATE0V1Q0", seconds=1.0)).ok:
            asks(command("ATH0"))
            return
    raise NoModem(device_fault("modem_foreign"))


def _identity(asks: Asks) -> str:
    """Return everything that the modem says it is, on one line."""
    said = [line for text in _IDENTITY for line in asks(command(text, ANY)).lines]
    return " · ".join(dict.fromkeys(shown(line).strip() for line in said))[:200]


def _all(asks: Asks, texts: tuple[str, ...]) -> None:
    for text in texts:
        asks(command(text))


def _reads_back(asks: Asks) -> bool | None:
    """Say whether the modem shows that it hangs up when DTR drops; None if it shows nothing."""
    for line in asks(command("AT&V", r".{0,200}", seconds=3.0)).lines:
        if "&D2" in line.upper():
            return True
        if "&D" in line.upper():
            return False
    return None


def volts(reply: Reply, voltage: Voltage) -> float | None:
    """Return the voltage that a reply tells; None if it tells none."""
    if not reply.ok or not reply.lines:
        return None
    said = reply.lines[-1]
    if voltage.form == "decimal":
        return abs(float(said))
    return (int(said, 16) & _STEPS) * voltage.volts_a_step


def voltage_question(voltage: Voltage, seconds: float = ANSWER_SECONDS) -> Ask:
    """Return the question for the line's voltage."""
    form = _DECIMAL if voltage.form == "decimal" else _REGISTER
    return command(voltage.ask, form, seconds)


def _answers(asks: Asks, voltage: Voltage) -> bool:
    """Say whether a modem reads the voltage this way; a ring may spoil one answer."""
    for _ in range(_ATTEMPTS):
        reply = asks(voltage_question(voltage, 1.0))
        if volts(reply, voltage) is not None:
            return True
        if reply.result == "ERROR":
            return False
    return False


def _voice(asks: Asks, profile: ModemProfile, found: Capabilities) -> Capabilities:
    """Find out what a modem can do in voice mode; it is left in it, where caller ID comes too."""
    classes = asks(command("AT+FCLASS=?", ANY)).lines
    if not any("8" in line for line in classes) or not asks(command("AT+FCLASS=8")).ok:
        return found
    _all(asks, profile.voice_setup)
    formats = asks(command("AT+VSM=?", VOICE_FORMAT)).lines
    labels = " ".join(asks(command("AT+VLS=?", ANY)).lines)
    return replace(
        found,
        voice=True,
        format=choose_format(formats, profile.codings),
        local_phone=profile.local_phone,
        takes_line=bool(labels),
        duplex=profile.duplex,
    )
