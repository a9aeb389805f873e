"""List the doctor's findings about the vault, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn

VAULT_SENTENCES: Mapping[str, Sentence] = {
    "vault.unknown": _warn("%(path)s cannot be looked into: run as its owner."),
    "vault.none": _warn("Not set up yet: open the panel and follow the first run."),
    "vault.copies": _ok("Both copies of the keyring are there."),
    "vault.one_copy": _warn(
        "One copy of the keyring is missing; the archive service restores it at its start."
    ),
    "vault.sheet": _ok("The recovery sheet was typed back."),
    "vault.no_sheet": _fail(
        "The recovery sheet was never typed back, so nothing is recorded: finish the first run."
    ),
    "vault.keys": _ok("Keys for %(count)s more recordings are ready."),
    "vault.few_keys": _warn(
        "Keys for only %(count)s more recordings are ready: the archive service makes new ones "
        "hourly."
    ),
    "vault.no_keys": _fail(
        "No key for a recording is ready, so nothing is recorded: start the archive service."
    ),
    "vault.bad_pool": _fail(
        "The pool of recording keys is damaged, so nothing is recorded: restart the archive "
        "service."
    ),
    "vault.held": _warn(
        "%(count)s recordings are held open and have not grown for an hour, so they are not "
        "imported: restart the recorder."
    ),
    "vault.not_taken": _warn(
        "%(name)s in %(path)s was not imported, for it is no recording that this device can open: "
        "look at it, then move it away. The system log says more."
    ),
    "vault.no_leases": _warn(
        "The disk of %(path)s cannot tell whether a finished recording can still be changed, so "
        "the recorder's word has to do: use ext4."
    ),
    "vault.E0": _warn(
        "The main key is on the memory card (protection level E0). A thief of the card sees who "
        "may log in and when calls will be erased, can try passwords, and may be able to open "
        "erased recordings. Lock the device away."
    ),
    "vault.E1": _ok("Protection level E1: a file under the board key."),
    "vault.E2": _ok("Protection level E2: the main key lies in a chip of its own."),
    "vault.new_chip": _ok(
        "%(path)s is a chip that holds no key yet; the archive service will put one there."
    ),
    "vault.below": _warn(
        "The settings ask for protection level %(configured)s, but the key still lies at "
        "%(level)s: see the system log."
    ),
    "vault.no_chip": _fail(
        "%(path)s is not there: plug the EEPROM in, and start zgoda-eeprom.service."
    ),
    "vault.bad_chip": _fail(
        "%(path)s, the chip with the main key, cannot be opened, so nothing can be erased: "
        "%(detail)s."
    ),
    "vault.chip_unfit": _fail(
        "%(path)s does not work as the chip with the main key, so nothing can be erased: check "
        "its wiring, and that it is an AT24C32."
    ),
    "vault.erasing_fails": _fail(
        "%(count)s recordings could not be erased so far: the device tries again by itself. The "
        "system log says why."
    ),
    "vault.keys_lost": _fail(
        "The keys of %(count)s recordings are lost in both copies, and nothing opens them: "
        "%(calls)s"
    ),
    "vault.mended": _warn(
        "%(count)s files of keys had a damaged copy, which was made anew from the other: replace "
        "the memory card soon."
    ),
    "vault.put_back": _warn(
        "%(count)s recordings had lost what the activity log says of them; it was put back."
    ),
    "vault.holds_differ": _warn(
        "The holds of these recordings differ from the activity log; look at each: %(calls)s"
    ),
    "vault.certificates_unread": _warn(
        "Certificates of erasure that cannot be read: %(count)s. Nothing signed can be handed out "
        "of them; what the activity log says of these erasures holds."
    ),
    "vault.no_secret": _fail(
        "%(path)s, the board key, is not there: start what puts it there at boot."
    ),
}
