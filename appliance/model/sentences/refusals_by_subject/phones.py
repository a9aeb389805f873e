"""List the refusals about the demo phones of a simulated line."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    state,
    wrong,
)

PHONES_REFUSALS: Mapping[str, Refusal] = {
    "no_phones": state(N_("Not possible now"), N_("Only a simulated line has demo phones.")),
    "phone_taken": state(
        N_("Line is in use"),
        N_("A simulated caller is on this line. Wait until that call is over."),
    ),
    "phone_on_hook": state(N_("Not possible now"), N_("This phone is on its hook. Lift it first.")),
    "phone_off_hook": state(N_("Not possible now"), N_("This phone is off its hook already.")),
    "phone_no_ring": state(
        N_("Not possible now"), N_("This phone does not ring, so nobody can be answered there.")
    ),
    "phone_alone": state(N_("Not possible now"), N_("Nobody hears this phone now.")),
    "phone_voice": state(N_("Too late"), N_("That voice is not there any more. Record it again.")),
    "phone_no_part": state(N_("Not possible now"), N_("That cannot be done with this phone.")),
    "phone_closed": state(N_("Not possible now"), N_("The line is closed.")),
    "phone_keys": wrong(
        N_("Check your entries"),
        N_("A phone has the keys 0 to 9, * and #. Press at most %(most)s at once."),
    ),
    "phone_number": wrong(
        N_("Check your entries"),
        N_("A number has %(least)s to %(most)s digits, perhaps after a plus sign."),
    ),
    "caller_name": wrong(
        N_("Check your entries"), N_("A name has at most %(most)s letters, without accents.")
    ),
    "voice_format": wrong(
        N_("Check your entries"),
        N_("A voice is a WAV file of one channel, 16 bits and %(rate)s Hz."),
    ),
    "voice_long": wrong(
        N_("Check your entries"), N_("A voice lasts at most %(most)s s. Record a shorter one.")
    ),
    "voice_silent": wrong(
        N_("Check your entries"), N_("Nobody is heard in this voice. Record it again.")
    ),
}
