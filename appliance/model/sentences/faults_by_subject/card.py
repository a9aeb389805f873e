"""List what can be wrong with a ready-made device’s card, its chip, USB and updates."""

from collections.abc import Mapping

from appliance.language import N_

CARD_FAULTS: Mapping[str, str] = {
    "card_settings_ignored": N_(
        "The file counts as not written: the device takes its address from the network meanwhile."
    ),
    "authority_name": N_(
        "An authority vouches for one name that ends in .local; give one of them."
    ),
    "usb_none": N_("%(device)s is no device on USB."),
    "usb_nameless": N_("%(device)s has no name that the kernel’s index knows."),
    "usb_driver": N_("%(path)s: “%(name)s” is no driver’s name, as usbhid is."),
    "usb_held": N_("The USB device %(device)s is held: %(detail)s."),
    "usb_stays": N_("USB stays as it is: %(detail)s."),
    "burn_note": N_("%(path)s does not say how the board key was stored."),
    "update_request": N_("%(path)s asks for nothing that is known; nothing was done."),
    "update_no_slot": N_("U-Boot has chosen no system here, so there is none to update."),
    "update_none_fetched": N_("No update was fetched."),
    "update_unbound": N_("The update that was fetched cannot be used: fetch it again."),
    "update_no_stick": N_("No update was found on what is plugged in."),
    "update_several": N_("More than one update is plugged in; leave only one."),
    "update_pulled_out": N_("The stick with the update was pulled out."),
    "update_story": N_("%(path)s is not a list of updates."),
    "board_key_lost": N_("The key of the board cannot be read: %(detail)s."),
    "clock_chip_away": N_(
        "The chip of the clock module is not there, and nothing opens without it: switch the "
        "device off, and plug the module in."
    ),
    "clock_chip_root": N_(
        "The chip of the clock module holds the key of another archive, or of a first run that "
        "was cut off, and is not used. If you do not need it, write chip-anew = yes into "
        "zgoda-network.txt."
    ),
    "clock_chip_foreign": N_(
        "The chip of the clock module holds something that is not Zgoda’s, and is not used."
    ),
    "clock_chip_fails": N_("The chip of the clock module is not used."),
}
