"""List the findings about what is plugged in: what each device is, and what line it makes.

They are part of ``findings.SENTENCES``. The panel's page of a new line says them, too.
"""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import ok as _ok

DEVICE_SENTENCES: Mapping[str, Sentence] = {
    "serial.is_monitor": _ok("A line monitor: it answers in %(dialect)s."),
    "serial.is_modem": _ok("A voice modem that can tell that a phone is lifted: %(name)s."),
    "serial.is_blind": _ok("A modem that cannot tell that a phone is lifted: %(name)s."),
    "serial.is_voltage": _ok(
        "It does not answer, but its DCD pin is on, as with the two optocouplers of the hardware "
        "page while every phone is on-hook."
    ),
    "serial.is_silent": _ok("It answers neither as a line monitor nor as a modem."),
    "serial.is_unasked": _ok("It could not be asked."),
    "serial.may_be_modem": _ok("A voice modem, as its USB id says. It was not asked yet."),
    "serial.may_be_monitor": _ok("A line monitor, as its name says. It was not asked yet."),
    "serial.may_be_anything": _ok("A serial cable. What hangs on it was not asked yet."),
    "serial.may_be_unknown": _ok("It is not known here, and was not asked yet."),
    "serial.in_use": _ok("It belongs to the line %(line)s, and is not asked."),
    "serial.left_alone": _ok(
        "It is never asked: by its name or its USB id it is something else, such as a UPS, a "
        "satellite receiver, a 3-D printer, a mobile modem or a card terminal."
    ),
    "lines.unasked": _ok(
        "No line uses %(ports)s, and nobody has asked what it is: let the device look, in the "
        "panel's step for the line."
    ),
    "lines.proposal_monitor_tap": _ok(
        "The line monitor on %(port)s and the USB sound card %(card)s: nothing holds the line. "
        "Evidence grade A if the line tap gives voltage on the left and current on the right; "
        "check that by hand before the first caller is asked."
    ),
    "lines.proposal_modem_tap": _ok(
        "The modem on %(port)s, which stays on-hook, and the USB sound card %(card)s: what we "
        "recommend with a modem, though it misses a short press of the hook. Evidence grade A if "
        "the line tap gives voltage on the left and current on the right; check that by hand "
        "before the first caller is asked."
    ),
    "lines.proposal_couplers_tap": _ok(
        "Two optocouplers on %(port)s, if they hang there as on the hardware page, and the USB "
        "sound card %(card)s. Evidence grade A if the line tap gives voltage on the left and "
        "current on the right; check that by hand before the first caller is asked."
    ),
    "lines.proposal_monitor_mixed": _ok(
        "The line monitor on %(port)s and the USB sound card %(card)s, which hears both parties "
        "as one signal: no consent is recorded before calibration calls have taught the device "
        "the office's phones, and then with evidence grade B at best."
    ),
    "lines.proposal_modem_mixed": _ok(
        "The modem on %(port)s, which stays on-hook and misses a short press of the hook, and "
        "the USB sound card %(card)s, which hears both parties as one signal: no consent is "
        "recorded before calibration calls have taught the device the office's phones, and then "
        "with evidence grade B at best."
    ),
    "lines.proposal_couplers_mixed": _ok(
        "Two optocouplers on %(port)s, if they hang there as on the hardware page, and the USB "
        "sound card %(card)s, which hears both parties as one signal: no consent is recorded "
        "before calibration calls have taught the device the office's phones, and then with "
        "evidence grade B at best."
    ),
    "lines.proposal_caller_tap": _ok(
        "The hook sensor on %(port)s, the USB sound card %(card)s, and the modem on %(modem)s, "
        "which tells who calls: it has to hang on the same line. Evidence grade A if the line "
        "tap gives voltage on the left and current on the right; check that by hand before the "
        "first caller is asked."
    ),
    "lines.proposal_caller_mixed": _ok(
        "The hook sensor on %(port)s, the modem on %(modem)s, which tells who calls (it has to "
        "hang on the same line), and the USB sound card %(card)s, which hears both parties as "
        "one signal: no consent is recorded before calibration calls have taught the device the "
        "office's phones, and then with evidence grade B at best."
    ),
    "lines.proposal_bridge": _ok(
        "The ISDN cards %(network)s (towards the network) and %(terminal)s (towards the phone) "
        "as a bridge: caller and office are separate, evidence grade A. While the device is off, "
        "the phone behind it is dead, for emergency calls too."
    ),
    "lines.proposal_tap": _ok(
        "The ISDN cards %(network)s and %(terminal)s as a tap, each on one pair of the bus: it "
        "cannot speak, so it asks nobody and records nothing."
    ),
    "lines.proposal_modem_alone": _ok(
        "The modem on %(port)s alone: it holds the line in calls that come in and makes them "
        "quieter, nobody is asked in calls from the office, and it never has evidence grade A. "
        "Better, add a USB sound card with a line tap."
    ),
    "lines.buy_all": _ok(
        "Nothing that is plugged in makes a line: it needs a hook sensor (a line monitor, or a "
        "voice modem that reads the line's voltage), and a USB sound card with an isolated line "
        "tap."
    ),
    "lines.buy_sound": _ok(
        "A USB sound card with an isolated line tap is missing: it hears the line and speaks to "
        "callers."
    ),
    "lines.buy_hook": _ok(
        "A hook sensor is missing: a line monitor, or a voice modem that reads the line's voltage."
    ),
    "lines.buy_sight": _ok(
        "The modem on %(port)s cannot tell that a phone is lifted: add a line monitor, or take a "
        "modem that reads the line's voltage."
    ),
    "lines.buy_card": _ok(
        "One ISDN card, %(card)s, hears one direction and cannot speak: a bridge needs a second "
        "one, and one of the two must be able to be the network (NT)."
    ),
}
