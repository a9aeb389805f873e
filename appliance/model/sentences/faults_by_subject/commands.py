"""List why a command cannot do what it was asked for."""

from collections.abc import Mapping

from appliance.language import N_

COMMAND_FAULTS: Mapping[str, str] = {
    "file_there": N_("%(path)s is there already; nothing was written."),
    "file_unwritten": N_("%(path)s cannot be written: %(detail)s."),
    "file_unread": N_("%(path)s cannot be read: %(detail)s."),
    "no_such_file": N_("There is no file %(path)s."),
    "no_data_folder": N_("There is no data folder %(path)s."),
    "data_no_folder": N_("%(path)s is not a folder; name the device’s data folder."),
    "no_log": N_("There is no activity log in %(path)s."),
    "key_hex": N_("A key is %(count)s bytes in hex."),
    "fingerprint_hex": N_("A fingerprint is %(count)s bytes in hex."),
    "phones_unnamed": N_("There is no terminal to ask on; name every phone with --phone."),
    "no_phones": N_("A line without phones cannot be calibrated."),
    "not_a_number": N_("“%(number)s” is not a telephone number."),
    "not_a_key": N_("“%(key)s” is not a key; give one of 0-9 * # A-D, or none."),
    "no_certificate_named": N_(
        "Name certificate and key below [panel] first: where shall they be?"
    ),
    "no_one_time_password": N_(
        "There is no one-time password: the device is set up, or not running."
    ),
    "odd_one_time_password": N_(
        "%(path)s holds no one-time password; restart the archive service."
    ),
    "recordings_left": N_(
        "%(count)s recordings are left: erase them all first, see zgoda erase-all."
    ),
    "left_unknown": N_("Whether recordings are left cannot be known, so nothing was done."),
    "raw_unnamed": N_("--rate and --channels are for raw samples; name their form with --raw."),
    "sheet_and_keyring": N_("--sheet and --keyring go together."),
    "shards_missing": N_(
        "The folder %(path)s with the keyring’s parts is not there: copy it together with the "
        "keyring."
    ),
    "keyring_other_age": N_("This keyring is older or newer than its main key."),
    "sheet_needed": N_("A backup’s keyring opens with the recovery sheet: give --sheet."),
    "root_missing": N_("The keyring’s main key, %(path)s, is not there: give it with --root."),
    "sheet_no_text": N_("%(path)s does not hold a recovery sheet’s text."),
    "owner_alone": N_(
        "Without the archive service only root and the owner of %(path)s may do this."
    ),
    "name_needed": N_("Say who you are: --name, as in the panel."),
    "no_terminal": N_("There is no terminal to type a secret on; give %(option)s."),
    "not_utf8_file": N_("%(path)s is no text in UTF-8."),
    "totp_needed": N_("A code is needed too; give --totp."),
    "code_needed_too": N_(
        "%(name)s logs in with codes: give one with --code, or --app-lost if the app and the "
        "backup codes are lost."
    ),
    "no_modem_of_name": N_("No modem is called “%(name)s”; choose one of these: %(known)s."),
    "modem_of_trial": N_(
        "--modem belongs to the trial’s line; in a configuration of your own give the line’s hook "
        "the driver exchange and the modem %(modem)s."
    ),
    "no_user_of_name": N_("There is no user “%(name)s” on this computer."),
    "own_user": N_("Name a user of its own."),
    "sound_folder": N_("%(path)s is a folder, not a sound file."),
    "sound_empty": N_("%(path)s is empty."),
    "sound_unread": N_("%(path)s is not a sound file that can be read."),
    "sound_kind": N_("%(path)s is %(kind)s; WAV, FLAC and raw samples can be heard."),
    "sound_one_channel": N_("%(path)s has one channel; two sides need two."),
    "sound_rate": N_("%(path)s has %(rate)s samples a second; %(low)s to %(high)s can be heard."),
    "sound_channels": N_("%(path)s has %(count)s channels; one or two can be heard."),
    "sound_cut": N_("%(path)s breaks off after %(lasts)s s."),
    "sound_odd_end": N_("%(path)s ends in the middle of a sample; is it %(form)s?"),
    "not_a_recording": N_(
        "“%(id)s” is no recording’s id: give its 32 hex digits, or at least the first 8."
    ),
    "several_recordings": N_("Several recordings begin with %(id)s: %(known)s."),
    "unknown_line": N_("There is no call on a line of this name."),
    "unknown_purpose": N_("There is no call with this purpose."),
    "hold_needs": N_("A hold needs --ground, --reason and --review."),
    "list_doubtful": N_(
        "%(path)s, line %(line)s: this looks like a recording, but not like its 32 letters and "
        "digits."
    ),
    "list_empty": N_("%(path)s names no recording: its 32 letters and digits."),
    "today_needed": N_("Say which day it is: --today 2026-11-28."),
    "today_odd": N_("--today is “%(day)s”; write it as 2026-11-28."),
    "no_earlier_settings": N_("There is no earlier version of the settings."),
    "one_time_of_three": N_("Give one of --clock, --counted and --at."),
    "no_such_time": N_("There is no such time: --%(which)s is not set."),
    "key_not_there": N_("The keyring has no key for it: it was erased, or it is another office’s."),
    "prompts_unnamed": N_("Name a folder for announcements in the settings first."),
    "ask_processes": N_(
        "No command asks for %(name)s: only the services of the device ask each other for it."
    ),
    "ask_sending": N_("No command asks for %(name)s: only the sending service does."),
    "ask_upload": N_("No command asks for %(name)s: a file goes with it."),
    "ask_file": N_("No command asks for %(name)s: a file is its answer."),
    "ask_endless": N_("No command asks for %(name)s: its answer has no end."),
    "ask_session": N_(
        "No command asks for %(name)s: it belongs to a session, and that of a command ends with it."
    ),
    "no_command_near": N_("There is no “%(name)s”; did you mean %(near)s?"),
    "no_command_known": N_("There is no “%(name)s”; zgoda ask --list names all."),
    "not_whole": N_("“%(value)s” is no whole number, or too large."),
    "not_figure": N_("“%(value)s” is no number, or too large."),
    "not_one_of": N_("“%(value)s” is none of these: %(known)s."),
    "not_json": N_("This is no JSON: %(detail)s."),
    "fields_misfit": N_("The fields do not fit: %(detail)s."),
    "no_simulated_line": N_("No line of this configuration is on the simulated exchange."),
    "no_scene": N_("There is no scene “%(name)s”."),
    "no_scene_near": N_("There is no scene “%(name)s”; did you mean %(near)s?"),
    "scene_wrong": N_("The scene %(name)s holds mistakes: correct its file."),
    "sentence_missing": N_("The answer names something that this version does not know."),
}
