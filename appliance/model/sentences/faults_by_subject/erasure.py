"""List what can keep keys from being written, read or erased."""

from collections.abc import Mapping

from appliance.language import N_

ERASURE_FAULTS: Mapping[str, str] = {
    "disk_full_now": N_("No room is left on the disk: nothing was written."),
    "unwritten": N_("A file of the archive could not be written."),
    "keyring_unwritten": N_("The keyring could not be written."),
    "keyring_misread": N_(
        "%(file)s reads back differently than it was written: replace the memory card or disk."
    ),
    "keyring_there": N_("There is a keyring already; it is never overwritten."),
    "keyring_unopened": N_(
        "No copy of the keyring opens: it is damaged, or its main key is another one."
    ),
    "keyring_levels": N_(
        "The keyring has protection level %(level)s and its main key lies at %(other)s: one of "
        "them was replaced."
    ),
    "keyring_other_level": N_(
        "The keyring has protection level %(level)s, and the settings name %(other)s: set the "
        "one that it was sealed with."
    ),
    "on_hold_now": N_("The recording was put on hold meanwhile: nothing was erased."),
    "erasure_lapsed": N_("It was put on hold meanwhile, so the request lapsed."),
    "key_gone": N_("There is no key for this recording: it was erased or lost."),
    "main_key_gone": N_(
        "The main key is no longer there: the file or chip that held it is another one, or it "
        "was erased."
    ),
    "main_key_refused": N_("No new main key could be stored."),
    "main_key_changed": N_("The place of the main key gave back another key than it was given."),
    "main_key_stays": N_("An old main key could not be overwritten."),
    "chip_worn": N_(
        "The chip %(path)s does not hold what is written to it: it is worn out or write-protected."
    ),
    "chip_silent": N_("The chip %(path)s does not answer: %(detail)s."),
    "chip_odd": N_(
        "%(path)s is not the chip that Zgoda uses: an AT24C32, by its file eeprom below /sys."
    ),
    "chip_foreign": N_(
        "The chip %(path)s holds something that is not Zgoda’s: if you do not need it, overwrite "
        "the whole chip with zeros first."
    ),
    "chip_image": N_("A copy of a chip can only be read."),
    "board_key_unread": N_("The board key cannot be read: %(detail)s."),
    "board_key_short": N_("The board key is too short: %(least)s bytes are needed."),
    "board_key_needed": N_("%(file)s needs the board key to be opened."),
}
