"""Check what every operation declares, so that a careless declaration fails here."""

from msgspec import Struct

from appliance.link.operations import WithoutRole
from appliance.link.registry import operations, tag
from appliance.link.requests.processes.beats import WatchBeats

LOOKS = {
    "audit.counts", "audit.list", "backup.get", "backup.sticks", "calibration.get",
    "audit.head", "calls.certificate", "calls.get_certificate",
    "calls.certificates", "calls.find_ids",
    "calls.read_playback", "calls.show_unreadable", "calls.verify", "devices.find",
    "doctor.examine", "doctor.lines", "doctor.look_at_line", "doctor.watch_line", "erase_all.get",
    "erase_all.get_certificate", "link.beats",
    "exempt.count", "exempt.is", "lines.get", "lines.watch", "live.get", "live.watch", "mail.get",
    "me.show", "me.show_totp",
    "operators.list", "operators.names", "people.board", "people.box", "people.who_am_i",
    "phone.sound",
    "phone.watch", "phone.words", "prompts_in_use.list", "prompts_in_use.sound", "proof.hear",
    "people.show_sheet", "restore.get", "restore.result", "sheet.get", "sheet.uses", "doctor.count",
    "silences.count", "settings.panel", "settings.panel_watch", "settings.show", "sftp.get",
    "settings.try", "settings.try_calls", "settings.version", "settings.versions", "time.get",
    "update.get",
    "words.draft", "words.hear", "words.hear_draft", "words.outdated", "words.show",
}  # fmt: skip
"""They change nothing. (A playback's entry is written when it is opened.)"""

NOT_ON_RECORD = {
    "calibration.call": "a simulated call",
    "calibration.end": "what was heard is forgotten; what is kept has an entry",
    "calibration.step": "part of a calibration, which has an entry",
    "devices.ask": "what is plugged in is asked what it is, and keeps nothing",
    "doctor.end_tone_check": "it ends what has an entry",
    "fetch.bring": "a piece of a fetch, which has entries",
    "lines.lend_list": "between the processes",
    "lines.origin": "between the processes; a key that is new has an entry",
    "lines.place_trial_call": "a simulated call",
    "settings.changed": "between the processes",
    "lines.press": "the box's own button leaves no entry either; the recording's marks tell",
    "lines.tell_day": "between the processes; who confirmed the time has an entry",
    "lines.tell_entry": "between the processes; it names an entry",
    "lines.tell_need": "between the processes",
    "lines.tell_speakers": "between the processes; each change of a list has an entry",
    "lines.take_up": "what is taken up has entries",
    "me.begin_totp": "nothing is set before a code is typed back",
    "me.stay": "the operator is present",
    "phone.act": "a simulated call",
    "phone.lend": "a simulated call",
    "words.changed": "between the processes",
    "words.measure": "between the processes",
    "words.speak_prompts": "between the processes",
    "words.take": "a recording in memory; what is kept has an entry",
}
"""They change something without an entry in the audit; the reason for each."""


def test_each_has_a_tag_a_name_roles_and_a_reply() -> None:
    for distinct in (tag, lambda operation: operation.__name__):
        assert len({distinct(operation) for operation in operations()}) == len(operations()) >= 23
    for operation in operations():
        assert operation.roles, operation
        assert issubclass(operation.reply(), Struct), operation


def test_what_changes_something_is_on_the_record_or_says_here_why_not() -> None:
    without = {tag(operation) for operation in operations() if operation.audit is None}
    assert without == LOOKS | NOT_ON_RECORD.keys()
    assert not LOOKS & NOT_ON_RECORD.keys()


def test_few_write_their_entry_themselves() -> None:
    inside = {operation for operation in operations() if operation.audited == "inside"}
    assert {tag(operation) for operation in inside} == {
        "backup.drilled", "backup.forget", "backup.try_sheet", "restore.begin",
        "errands.take", "errands.tell", "fetch.take", "fetch.tell",
        "mail.change", "mail.stop", "sftp.accept", "sftp.change", "sftp.stop", "steps.next",
        "people.log_in", "people.enter_code", "people.first_run", "people.confirm_sheet",
        "people.burn_board_key", "calls.add_number", "calls.erase", "calls.open_playback",
        "calls.erase_many", "calls.hold", "calls.release_hold",
        "operators.add", "time.confirm",
        "time.allow_erasure", "audit.denied",
        "people.let_in", "settings.change", "settings.confirm_words", "settings.go_back",
        "settings.vouch_voice",
        "erase_all.ask", "erase_all.confirm", "erase_all.cancel", "calls.export", "proof.get",
        "speakers.add", "speakers.remove", "speakers.vouch", "stamps.take", "stamps.tell",
            "silences.set", "silences.ask_end", "silences.confirm_end", "silences.cancel_end",
        "words.drop", "words.keep", "sheet.enter", "sheet.replace",
        "update.address", "update.fetch", "update.install", "update.install_fetched",
        "update.restart",
    }  # fmt: skip
    assert all(operation.audit for operation in inside)


def test_an_act_on_the_record_is_no_stream_unless_it_hands_a_file_over() -> None:
    assert [tag(o) for o in operations() if o.streams and o.audit is not None] == ["calls.export"]
    assert [tag(o) for o in operations() if o.sends_file] == ["calls.export"]


def test_few_are_open_to_anybody() -> None:
    assert {tag(o) for o in operations() if o.roles is WithoutRole.ANYBODY} == {
        "people.board", "people.box", "people.burn_board_key",
        "people.first_run", "people.log_in", "people.enter_code", "lines.take_up",
        "settings.panel", "settings.panel_watch", "sheet.enter", "restore.get", "restore.begin",
    }  # fmt: skip


def test_the_command_line_alone_lets_browsers_in_and_notes_a_drill() -> None:
    local = {tag(o) for o in operations() if o.roles is WithoutRole.LOCAL}
    assert local == {"people.let_in", "backup.drilled"}


def test_the_courier_asks_for_its_errands_alone() -> None:
    its = {tag(o) for o in operations() if o.roles is WithoutRole.COURIER}
    assert its == {
        "errands.take", "errands.tell", "fetch.bring", "fetch.take", "fetch.tell", "steps.next",
        "stamps.take", "stamps.tell",
    }  # fmt: skip


def test_few_may_be_asked_with_a_one_time_password() -> None:
    asked = {operation for operation in operations() if operation.before_own_password}
    assert {tag(operation) for operation in asked} == {
        "me.password", "me.stay", "people.log_out", "people.who_am_i",
    }  # fmt: skip
    assert {operation.roles for operation in asked} == {WithoutRole.LOGGED_IN}


def test_what_pages_repeat_keeps_no_session_awake_and_changes_nothing() -> None:
    repeated = {tag(operation) for operation in operations() if not operation.keeps_awake}
    assert repeated == {
        "backup.get", "backup.sticks", "restore.get", "restore.result",
        "lines.get", "live.get", "mail.get", "people.who_am_i", "doctor.count",
        "sheet.uses", "doctor.look_at_line", "phone.sound", "phone.words",
        "calls.certificate", "calls.show_erasure", "audit.denied", "proof.hear", "words.show",
        "update.get", "sftp.get", "silences.count",
    }  # fmt: skip
    once = {"calls.show_erasure"}  # shown beside the certificate; on record once
    assert repeated - once - {"audit.denied"} <= LOOKS  # that follows a page that was refused


def test_the_processes_ask_the_recorder_alone() -> None:
    between = {o for o in operations() if o.roles is WithoutRole.PROCESS}
    assert {tag(o) for o in between} == {
        "lines.lend_list", "lines.origin", "lines.tell_day", "lines.tell_entry",
        "lines.tell_need", "lines.tell_speakers", "lines.watch",
        "doctor.lines",
        "settings.changed", "settings.try_calls", "prompts_in_use.list", "prompts_in_use.sound",
        "words.changed", "words.measure", "words.speak_prompts", "link.beats",
    }  # fmt: skip
    assert {o.served_by for o in between if o is not WatchBeats} == {"recorder"}
