"""List why a test call of a calibration does not count, and what to do."""

from collections.abc import Mapping

from appliance.language import N_

CALIBRATION_FAULTS: Mapping[str, str] = {
    "calibration_emergency": N_(
        "An emergency number was called: the device says nothing on this line now."
    ),
    "calibration_broken_off": N_(
        "The call ended before the device had spoken again: the keys pressed in it do not count."
    ),
    "calibration_early": N_(
        "Keys count once the device has spoken: wait for that, and press them again."
    ),
    "calibration_speaks_again": N_("The device speaks again in a moment."),
    "calibration_call_again": N_("The device says no more in this call: hang up, and call again."),
    "calibration_unheard": N_(
        "The device’s own words are not heard on the line: look at its wires."
    ),
    "calibration_gaps": N_(
        "The device’s own words came with gaps on the line: look at its USB sound card."
    ),
    "calibration_louder_alone": N_(
        "The device’s words are %(db)s dB louder than with %(name)s alone, so another phone was "
        "off the hook then: begin anew, with every other phone on its hook."
    ),
    "calibration_no_second": N_(
        "The device’s words arrive as with %(name)s alone (%(db)s dB), so no phone was lifted "
        "since: lift a second phone now and keep it off the hook, or begin anew if one was off "
        "the hook before."
    ),
    "calibration_put_down": N_(
        "The device’s words became %(db)s dB louder while the keys were pressed, so another "
        "phone was put down: keep a second phone off the hook, and press all keys again once the "
        "device has spoken."
    ),
    "calibration_put_down_alone": N_(
        "The device’s words became %(db)s dB louder while the keys were pressed, so another "
        "phone was put down: keep every other phone on its hook, and press all keys again once "
        "the device has spoken."
    ),
    "calibration_lifted": N_(
        "The device’s words became %(db)s dB quieter while the keys were pressed, so another "
        "phone was lifted: keep only a second phone off the hook, and press all keys again once "
        "the device has spoken."
    ),
    "calibration_lifted_alone": N_(
        "The device’s words became %(db)s dB quieter while the keys were pressed, so another "
        "phone was lifted: keep every other phone on its hook, and press all keys again once the "
        "device has spoken."
    ),
}
