"""List what comparing proofs, heads and an activity log finds: each code with a sentence."""

from collections.abc import Mapping

from msgspec import Struct

from appliance.language import N_, translated

EVIDENCE: Mapping[str, str] = {
    # an order that cannot be
    "order_after": N_(
        "The order cannot be: recording %(rid)s names an entry of %(entry)s as the one "
        "before its call, and the call began at %(call)s, more than an hour earlier."
    ),
    "order_hidden": N_(
        "Recording %(rid)s names entry %(number)s of the activity log as the one before its call, "
        "and no line of the log stands beside it: the log was damaged or changed, or its lines "
        "were left out. Nothing shows when the call was made."
    ),
    "order_sealed": N_(
        "The order cannot be: the activity log names recording %(rid)s at %(entry)s, and "
        "its call ended at %(call)s."
    ),
    "order_heads": N_(
        "The order cannot be: the head of %(day)s names entry %(number)s, and that of %(other)s "
        "entry %(count)s."
    ),
    "order_ahead": N_(
        "The order cannot be: %(path)s names entry %(number)s of the activity log, of %(entry)s, "
        "and the head of %(day)s contains it."
    ),
    "order_back": N_(
        "The order cannot be: %(path)s names entry %(number)s of the activity log, of %(entry)s, "
        "and the head of %(day)s ends before it."
    ),
    "order_erased": N_(
        "The order cannot be: %(path)s was made at entry %(number)s of the activity log, and "
        "%(other)s certifies that its recording %(rid)s was erased before."
    ),
    "order_erased_time": N_(
        "The order cannot be: %(path)s was made at %(time)s, and %(other)s certifies that its "
        "recording %(rid)s was erased at %(done)s."
    ),
    "order_stamp_before": N_(
        "The order cannot be: recording %(rid)s names an entry that holds a time stamp of "
        "%(stamp)s, and its call began at %(call)s, more than an hour earlier."
    ),
    "order_stamp_behind": N_(
        "The order cannot be: the activity log names recording %(rid)s at %(entry)s, and the time "
        "stamp over the head behind it is of %(stamp)s, more than an hour earlier."
    ),
    "order_stamp_erased": N_(
        "The order cannot be: %(path)s certifies an erasure of %(time)s, and the time stamp over "
        "the head of %(day)s behind it is of %(stamp)s, more than an hour earlier."
    ),
    "order_speakers": N_(
        "The order cannot be: recording %(rid)s names a list of those who speak for the office "
        "that ended at %(entry)s (entry %(number)s of the activity log), and its call began at "
        "%(call)s."
    ),
    "stamp_stranger": N_(
        "The time stamp beside recording %(rid)s, in the name of %(authority)s, does not lead to "
        "a certificate that was given (--authority)."
    ),
    "stamp_stranger_day": N_(
        "The time stamp over the head of %(day)s, in the name of %(authority)s, does not lead to "
        "a certificate that was given (--authority)."
    ),
    "authority_unread": N_("%(path)s holds no certificate of a time-stamp authority."),
    # two stories of one device
    "recordings_two": N_(
        "Two stories of one recording: %(path)s and %(other)s do not say the same of recording "
        "%(rid)s, and nothing of that may ever change."
    ),
    "certificates_two": N_(
        "Two stories of one erasure: %(path)s and %(other)s are certificates of one order and do "
        "not say the same."
    ),
    "certificates_supplement": N_(
        "Two stories of one erasure: supplement %(number)s in %(path)s is not the one in %(other)s."
    ),
    "two_heads_entry": N_(
        "Two stories of one device: entry %(number)s of the activity log has two hashes, one in "
        "%(path)s, one in %(other)s."
    ),
    "two_heads_day": N_(
        "Two stories of one device, or heads of two devices: %(day)s has one signed head in "
        "%(path)s and another in %(other)s."
    ),
    # a head that was given
    "head_unread": N_("%(path)s is not a signed head that this program reads."),
    "head_lacks": N_("The signed head in %(path)s does not contain recording %(rid)s."),
    "head_other_log": N_("The signed head in %(path)s is not one of the activity log given."),
    "head_lacks_erasure": N_(
        "The signed head in %(path)s does not contain the erasure that %(other)s certifies."
    ),
    # an activity log that was given
    "log_bad": N_("The activity log given is bad at entry %(number)s."),
    "log_lacks": N_(
        "The activity log given has another entry %(number)s than %(path)s: one of them is not "
        "this device’s story."
    ),
    "log_ends": N_(
        "The activity log given ends with entry %(count)s, and %(path)s names entry %(number)s: "
        "the log was cut off, or is an older copy."
    ),
    "log_lacks_newest": N_(
        "The activity log given does not have the newest entry that %(path)s names: it was cut "
        "off, is an older copy, or is another device’s."
    ),
    "log_lacks_erasure": N_(
        "The activity log given does not have the erasure that %(path)s certifies: it was cut "
        "off, is an older copy, or is another device’s."
    ),
    "log_other_erasure": N_(
        "The entry of the activity log that %(path)s names, number %(number)s, %(kind)s, is not "
        "that of its erasure."
    ),
    "log_lacks_certificate": N_(
        "The activity log given does not say that %(path)s was signed: it was cut off, or is an "
        "older copy."
    ),
    "log_other_certificate": N_(
        "The activity log given names another certificate of this order than %(path)s."
    ),
    "log_not_erased": N_(
        "%(path)s certifies that recording %(rid)s is erased, and the activity log given does not."
    ),
    "log_opened_later": N_(
        "%(path)s certifies that recording %(rid)s is erased, and the activity log given names it "
        "behind that: entry %(number)s, %(kind)s."
    ),
    "log_lacks_annex": N_(
        "The activity log given goes on behind the newest entry that %(path)s names, and does not "
        "say that this file was handed out: it was made later, or changed."
    ),
    "log_lacks_listening": N_(
        "%(path)s lists a listening at %(time)s that the activity log given does not have."
    ),
    "log_lacks_copy": N_(
        "%(path)s lists a copy at %(time)s that the activity log given does not have."
    ),
    "log_lacks_recipient": N_(
        "%(path)s lists a recipient of copies, %(kind)s, that the activity log given does not have."
    ),
    "log_lacks_silence": N_(
        "%(path)s says that the copy of %(time)s is silenced, and the activity log given does not."
    ),
    "log_other_file": N_(
        "%(path)s names another file of recording %(rid)s than the activity log given."
    ),
    "log_lacks_origin": N_(
        "%(path)s says that recording %(rid)s was sealed by the recording process that the device "
        "knew, and the activity log given does not."
    ),
    "log_other_count": N_("%(path)s counts other earlier acts than the activity log given."),
    "left_out": N_(
        "LEFT OUT of %(path)s: entry %(number)s of the activity log, %(kind)s at %(time)s."
    ),
    # what is said, and not judged
    "no_witness": N_("No witness outside the device."),
    "witness": N_("Witness outside the device: the signed head of %(day)s that was given."),
    "witness_some": N_(
        "Witness outside the device, not for everything below: the signed head of %(day)s that "
        "was given."
    ),
    "head_untied": N_(
        "Nothing shows that the heads given contain recording %(rid)s. Give the signed head "
        "of %(day)s, or the whole activity log."
    ),
    "head_untied_erasure": N_(
        "Nothing shows that the heads given contain the erasure that %(path)s certifies. Give the "
        "whole activity log, or the office’s file of the certificate with the signed head that it "
        "names."
    ),
    "witness_stamp": N_("Witness outside the device: the time stamps of %(authority)s."),
    "stamp_after": N_("%(rid)s: after %(time)s, by a time stamp of %(authority)s."),
    "stamp_until": N_(
        "%(rid)s: before %(time)s, by a time stamp of %(authority)s over the head of %(day)s."
    ),
    "stamp_qualified": N_(
        "%(authority)s is a qualified time-stamp authority (eIDAS), as the office says."
    ),
    "stamp_unqualified": N_(
        "%(authority)s: the office does not say that it is a qualified time-stamp authority."
    ),
    "stamp_unknown": N_(
        "The time stamps name %(authority)s. Nothing shows whose they are: give the certificate "
        "that this authority publishes (--authority), for anybody can use its name."
    ),
    "between": N_("%(rid)s: between %(after)s and %(before)s, by the device’s own clock alone."),
    "until": N_("%(rid)s: before %(before)s, by the device’s own clock alone."),
    "between_and_head": N_(
        "%(rid)s: after %(after)s by the device’s own clock alone, and before the end of "
        "%(day)s (UTC) by a person who kept the head of that day."
    ),
    "until_head": N_(
        "%(rid)s: before the end of %(day)s (UTC) by a person who kept the head of that day."
    ),
    "time_not_shown": N_(
        "%(rid)s: the time of the call is not shown, because the device’s clock was not set."
    ),
    "not_placed": N_("%(rid)s: nothing of the activity log stands beside it."),
    "not_finished": N_(
        "%(rid)s: the signed head of its day was not finished yet when this was made."
    ),
    "erased_head": N_(
        "%(path)s: erased before the end of %(day)s (UTC) by a person who kept the head of that "
        "day."
    ),
    "erased_stamp": N_(
        "%(path)s: erased before %(time)s, by a time stamp of %(authority)s over the head of "
        "%(day)s in the activity log given."
    ),
    "erased_clock": N_("%(path)s: erased on %(time)s, by the device’s own clock alone."),
    "erased_unsure": N_(
        "%(path)s: the time of the erasure is not shown, because the device’s clock was not set."
    ),
    "erased_not_finished": N_(
        "%(path)s: the signed head of the day of the erasure is not in this file; it was not "
        "finished yet when the file was handed out."
    ),
    "entry_not_for_reader": N_("Entry %(number)s, %(kind)s: not for this reader."),
    "entry_newest": N_(
        "The activity log given ends with entry %(number)s, the newest that %(path)s names: "
        "whether that file was handed out it does not say."
    ),
    "entry_other_time": N_(
        "%(path)s says that it was made at %(time)s, and entry %(number)s of the activity log that "
        "it was handed out at %(entry)s."
    ),
    "entry_silenced": N_("Entry %(number)s, %(kind)s: silenced then."),
}


class EvidenceFinding(Struct, frozen=True, forbid_unknown_fields=True):
    """One of these, with its values."""

    code: str
    values: dict[str, str | int] = {}

    def sentence(self, language: str) -> str:
        """Say it."""
        return translated(EVIDENCE[self.code], language) % self.values


def evidence(code: str, /, **values: str | int) -> EvidenceFinding:
    """Return a finding; raises KeyError for an unknown code or a missing value."""
    EVIDENCE[code] % values
    return EvidenceFinding(code, values)
