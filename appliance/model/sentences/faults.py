"""List what can be wrong with a device or a file: each code with its sentence.

A driver raises ``LineError(device_fault(code, **values))``, anything else its error with
``in_words(code, **values)``, or with ``noted`` where the log has to say more than a person. The
text goes into the log; whoever shows it to a person translates the code. ``detail`` holds words of
the operating system or of a library.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from appliance.config.mistakes import MISTAKES, MistakesFound, bounded
from appliance.errors import ZgodaError, in_a_sentence
from appliance.language import N_, translated
from appliance.model.sentences.faults_by_subject.backup import BACKUP_FAULTS
from appliance.model.sentences.faults_by_subject.calibration import CALIBRATION_FAULTS
from appliance.model.sentences.faults_by_subject.card import CARD_FAULTS
from appliance.model.sentences.faults_by_subject.commands import COMMAND_FAULTS
from appliance.model.sentences.faults_by_subject.erasure import ERASURE_FAULTS
from appliance.model.sentences.faults_by_subject.files import FILE_FAULTS
from appliance.model.sentences.faults_by_subject.processes import PROCESS_FAULTS

FAULTS: Mapping[str, str] = {
    **CALIBRATION_FAULTS,
    **ERASURE_FAULTS,
    **BACKUP_FAULTS,
    **FILE_FAULTS,
    **COMMAND_FAULTS,
    **PROCESS_FAULTS,
    **CARD_FAULTS,
    # of a data folder
    "trial_stays": MISTAKES["trial_stays"],
    "real_stays": MISTAKES["real_stays"],
    # of a serial port
    "port_no_modem": N_("%(path)s is not there; plug the modem in."),
    "port_no_monitor": N_("%(path)s is not there; plug the line monitor in."),
    "port_denied": N_("%(path)s may not be opened; add this user to the group dialout."),
    "port_in_use": N_("%(path)s is in use; end the other program."),
    "port_unusable": N_("%(path)s is not a usable serial port."),
    "vanished_modem": N_("%(path)s has vanished; plug the modem in again."),
    "vanished_monitor": N_("%(path)s has vanished; plug the line monitor in again."),
    "went_away": N_("%(path)s went away while it was asked."),
    "used_by": N_("%(path)s is in use by %(program)s; end that program."),
    "asked_in_vain": N_("%(path)s gave no answer in time."),
    "asking_failed": N_("%(path)s could not be read; look at the system log."),
    "asking_stopped": N_("A call has begun; ask the device again when it is over."),
    # of a modem
    "modem_floods": N_("%(path)s sends more than a modem can; replace it."),
    "modem_deaf": N_("%(path)s takes no commands; unplug the modem and plug it in again."),
    "modem_silent": N_("The modem on %(path)s does not answer any more."),
    "modem_foreign": N_("Nothing that is a modem answers; name its port, or plug it out and in."),
    "modem_no_hook": N_(
        "This modem cannot tell that a phone is lifted: it neither reads the line’s voltage nor "
        "has a jack for the phone. Use a line monitor for the hook, or another modem."
    ),
    "modem_no_voice": N_(
        "This modem has no voice mode that the device knows, so it cannot ask any caller."
    ),
    "modem_half": N_(
        "This modem cannot hear while it speaks, so nobody knows that its words were heard."
    ),
    "modem_unheard": N_(
        "The modem did not hear what the office dialled, so no caller is asked for half an hour."
    ),
    "modem_not_taken": N_("The modem does not take the line; unplug it and plug it in again."),
    "no_voltage": N_("No voltage on the line: it is cut, or not plugged into the modem."),
    # of a line monitor
    "monitor_floods": N_("%(path)s sends more than a line monitor can; replace it."),
    "monitor_silent": N_("The line monitor is silent."),
    "monitor_nobody": N_("Nothing that speaks %(dialect)s answers; is this the right port?"),
    "monitor_version": N_("The line monitor speaks %(spoken)s, and this version %(known)s."),
    "monitor_lacks": N_(
        "The Whozz Calling unit does not report every lift and hang-up; set %(letters)s with its "
        "maker’s program, then plug it in again."
    ),
    "monitor_no_pins": N_(
        "%(path)s has no modem lines, so no optocoupler can be seen there; use a serial cable "
        "with DCD, RI, CTS and DSR."
    ),
    "no_current": N_("No current in the line: the line is cut."),
    # of sound
    "card_away": N_("The sound card %(card)s is not plugged in."),
    "card_taken": N_(
        "The sound card %(card)s is plugged in, but cannot be had now: another program holds it, "
        "or another line is in a call."
    ),
    "card_gone": N_("The sound card %(card)s is gone."),
    "card_silent": N_("The sound card %(card)s gives no sound."),
    "card_several": N_("The name %(card)s fits several sound cards; write %(names)s."),
    "card_channels": N_(
        "The sound card %(card)s hears %(hears)s channels and speaks on %(speaks)s; the line needs "
        "%(channels)s and 1."
    ),
    "card_refuses": N_("The sound card %(card)s does not open at %(rate)s Hz: %(detail)s."),
    "sound_system": N_("The sound system does not start: %(detail)s."),
    "sound_unlisted": N_("The sound system does not list its devices."),
    "sound_no_pyaudio": N_(
        "Sound cards need PyAudio, which is not installed: apt-get install portaudio19-dev gcc "
        "python3-dev, then pip install --require-hashes -r requirements-hardware.lock."
    ),
    "no_sound": N_("No sound comes from the line."),
    # of ISDN
    "isdn_vanished": N_("The ISDN card %(card)s has vanished; plug it in again."),
    "isdn_away": N_("The ISDN card %(card)s is not there; plug it in."),
    "isdn_in_use": N_("The ISDN card %(card)s is in use; end the other program."),
    "isdn_unopened": N_("The ISDN card %(card)s cannot be opened: %(detail)s."),
    "isdn_no_bus": N_("The ISDN card %(card)s hears no bus; plug its cable in."),
    "isdn_no_kernel": N_(
        "This kernel has no ISDN (mISDN), or the recorder may not use it; see docs/isdn-lines.md."
    ),
    "isdn_unusable": N_("ISDN cannot be used: %(detail)s."),
    "isdn_cut_off": N_("%(name)s sends nothing any more in the middle of an ISDN call."),
    "isdn_slow": N_("The device was too busy to follow the ISDN line."),
    "isdn_flooded": N_("More messages come than an ISDN line carries."),
    "isdn_mute": N_("A passive ISDN tap cannot speak."),
    "peer_silent": N_(
        "The ISDN peer at %(peer)s does not answer; see that it runs and has the same id."
    ),
    "peer_broken": N_("The connection to the ISDN peer at %(peer)s failed."),
    "peer_in_use": N_(
        "%(address)s is in use; end the other program or choose another port in the settings."
    ),
    "peer_not_here": N_(
        "%(address)s is no address of this device; see network_here and terminal_here."
    ),
    "peer_denied": N_("%(address)s may not be opened; choose a port from 1024 on."),
    "peer_not_allowed": N_("%(address)s may not be opened; see docs/isdn-lines.md, Transports."),
    "peer_no_way": N_("%(address)s has no way to the peer; is the tunnel up?"),
    "peer_unopened": N_("%(address)s cannot be opened."),
    # of what is kept or set
    "line_unusable": N_(
        "The devices of the line cannot be used as they are set; correct them in the panel, at "
        "Settings, or go back to earlier settings."
    ),
    "profile_unknown": N_("There is no profile %(name)s; known are: %(known)s."),
    "profile_wrong": N_("The profile %(file)s holds a mistake; install this version anew."),
    "calibration_unwritten": N_("%(path)s cannot be written: %(detail)s."),
    "calibration_unread": N_("%(path)s cannot be read: %(detail)s."),
    "calibration_newer": N_(
        "%(path)s was made by a newer Zgoda (version %(version)s; this one knows %(known)s): "
        "install that version, or calibrate the line anew."
    ),
    "calibration_wrong": N_("%(path)s holds a mistake: %(detail)s; see docs/calibration.md."),
    # of lamps and button
    "pins_denied": N_("The pins cannot be looked at: add this user to the group gpio."),
    "pins_no_lgpio": N_("Lamps and button need lgpio: pip install -r requirements-hardware.lock."),
    "pins_failed": N_("The pins failed: %(detail)s."),
    # of any
    "system_says": N_("The operating system reports: %(detail)s."),
    "in_the_log": N_("The system log says why."),
    "driver_failed": N_("The driver of the device failed; look at the system log."),
}
"""Code -> English sentence. A code is for ever: whoever renames one retires the old."""


class DeviceFault(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is wrong with a device or a file."""

    code: str  # of ``FAULTS``
    values: dict[str, str] = {}

    def sentence(self, language: str = "en") -> str:
        """Return what is wrong."""
        return translated(FAULTS[self.code], language) % self.values

    @property
    def text(self) -> "FaultText":
        """Return it as the text of an error."""
        return device_fault(self.code, **self.values)


class FaultText(str):
    """The English text of a fault, for a log, which knows its code and those of its causes."""

    __slots__ = ("faults",)
    faults: tuple[DeviceFault, ...]

    @property
    def fault(self) -> DeviceFault:
        """Return the fault itself, without its causes."""
        return self.faults[0]


def device_fault(code: str, /, **values: object) -> FaultText:
    """Tell what is wrong; a misspelt code or a missing value fails at once."""
    fault = _fault(code, values)
    return _text(fault.sentence().rstrip("."), fault)


def in_words(code: str, /, *, because: BaseException | None = None, **values: object) -> FaultText:
    """Tell what failed, and the cause where there is one."""
    fault = _fault(code, values)
    causes = faults_of(because) if because is not None else ()
    return _text(" ".join(each.sentence() for each in (fault, *causes)), fault, *causes)


def noted(
    code: str, english: str, /, *, because: BaseException | None = None, **values: object
) -> FaultText:
    """Tell people what failed by its code, and the log and English terminals precisely."""
    causes = faults_of(because) if because is not None else ()
    return _text(english, _fault(code, values), *causes)


def faults_of(error: BaseException) -> tuple[DeviceFault, ...]:
    """Return the fault of an error and its causes; of one without a code, that the log has it."""
    if isinstance(text := next(iter(error.args), ""), FaultText):
        return text.faults
    if isinstance(error, OSError) and error.strerror:
        return (device_fault("system_says", detail=error.strerror).fault,)
    return (device_fault("in_the_log").fault,)


def told_in(faults: Iterable[DeviceFault], language: str) -> str:
    """Return faults in sentences, one after the other."""
    return " ".join(each.sentence(language) for each in faults)


def said_in(error: ZgodaError | OSError, language: str) -> str:
    """Return what was to be expected in a language; in English as precisely as the log has it."""
    if isinstance(error, MistakesFound):
        return error.told(language)
    if isinstance(text := next(iter(error.args), ""), FaultText):
        if language != "en":
            return told_in(text.faults, language)
        return str(text) if text.endswith((".", "!", "?")) else f"{text}."
    return in_a_sentence(error)


def _fault(code: str, values: Mapping[str, object]) -> DeviceFault:
    kept = {name: bounded(value).rstrip(".") for name, value in values.items()}
    fault = DeviceFault(code, kept)
    fault.sentence()
    return fault


def _text(english: str, *faults: DeviceFault) -> FaultText:
    text = FaultText(english)
    text.faults = faults
    return text


def text_of(error: Exception) -> FaultText:
    """Return the fault of an error; of one without a code, which the log has, that there is one."""
    said = error.args[0] if error.args else ""
    if isinstance(said, FaultText):
        return said
    if isinstance(error, OSError):
        return device_fault("system_says", detail=error.strerror or type(error).__name__)
    return device_fault("driver_failed")


def fault_of(text: str) -> DeviceFault:
    """Return the fault that a text tells."""
    return (text if isinstance(text, FaultText) else device_fault("driver_failed")).fault
