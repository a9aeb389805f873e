"""Say when each English sentence is so."""

from collections.abc import Sequence

from appliance.config.settings import Basis
from appliance.model.policy import PromptKind
from tests.promises.spoken import rules as is_
from tests.promises.spoken import second_layer as later

ALSO = r"(?:, including what you say about (?P<also>.+?),)?"
WILL = rf"(?:We will record this call|We will also record it){ALSO} (?P<what>for .+)"
KEY = r"(?P<key>\w+)"
RIGHTS = {
    "access": "of access to your data",
    "copy": "a copy",
    "rectification": "to correction",
    "erasure": "erasure",
    "restriction": "restriction",
    "portability": "portability",
}
BASES: dict[str, is_.Rule] = {
    "concluding the contract with you": lambda w, *_: bool(w.on(Basis.CONTRACT, "conclude")),
    "performing the contract with you": lambda w, *_: bool(w.on(Basis.CONTRACT, "perform")),
    "the contract with you": lambda w, *_: bool(w.on(Basis.CONTRACT, "")),
    "the protection of vital interests": lambda w, *_: bool(w.on(Basis.VITAL_INTERESTS)),
    "our public task": lambda w, *_: bool(w.on(Basis.PUBLIC_TASK)),
    "your consent": is_.has_consent,
}

CLAIMS: Sequence[is_.Claim] = (
    (r"Hello, this is (?P<name>.+)\.", [is_.called]),
    (r"This is (?P<name>.+)\.", [is_.called, is_.only_life]),
    (
        rf"{WILL}, because we need that to conclude the contract with you\.",
        [is_.recorded(Basis.CONTRACT, "conclude")],
    ),
    (
        rf"{WILL}, because we need that to perform the contract with you\.",
        [is_.recorded(Basis.CONTRACT, "perform")],
    ),
    (
        rf"{WILL}, because we need that for the contract with you\.",
        [is_.recorded(Basis.CONTRACT, "")],
    ),
    (
        rf"{WILL}, because (?P<laws>.+) requires? it\.",
        [is_.recorded(Basis.LEGAL_OBLIGATION), is_.laws_of(Basis.LEGAL_OBLIGATION)],
    ),
    (rf"{WILL}, as part of our public task\.", [is_.recorded(Basis.PUBLIC_TASK)]),
    (rf"{WILL}, which is our legitimate interest\.", [is_.recorded(is_.LI)]),
    (rf"{WILL}\.", [is_.recorded(Basis.VITAL_INTERESTS)]),
    (rf"We record this call{ALSO} (?P<what>for .+)\.", [is_.only_life, is_.every_other]),
    (r"Please go ahead\.", [is_.only_life]),
    (
        rf"Separately, we ask for your consent to use the recording{ALSO} (?P<what>for .+)\.",
        [is_.asked, is_.beside_others],
    ),
    (
        rf"With your consent, we would like to record this call{ALSO} (?P<what>for .+)\.",
        [is_.asked, is_.only_consent],
    ),
    (r"You may object, and then we talk without recording\.", [is_.object_to_all]),
    (r"You may object to the recording (?P<what>.+)\.", [is_.object_to_these]),
    (
        r"Without it we talk just the same, only unrecorded, and you can withdraw at any time\.",
        [is_.only_consent, is_.withdrawable],
    ),
    (
        r"If you refuse, we talk just the same, and you can withdraw at any time\.",
        [is_.withdrawable],
    ),
    (
        rf"(?:To refuse or withdraw, press|Refuse or withdraw:) {KEY}\.",
        [is_.refusing, is_.has_consent, is_.not_objecting],
    ),
    (
        rf"(?:To refuse, withdraw or object, press|Refuse, withdraw or object:) {KEY}\.",
        [is_.refusing, is_.has_consent, is_.objecting],
    ),
    (rf"To refuse or object, press {KEY}\.", [is_.refusing, is_.has_consent, is_.objecting]),
    (
        rf"To refuse this use, press {KEY}\.",
        [is_.refusing, is_.one_consent, is_.beside_others, is_.not_objecting],
    ),
    (rf"To refuse, press {KEY}\.", [is_.refusing, is_.has_consent]),
    (rf"To object, now or at any time, press {KEY}\.", [is_.refusing, is_.objecting]),
    (rf"To hear more, press {KEY}\.", [is_.telling_more]),
    (rf"To choose one by one, press {KEY}\.", [is_.choosing]),
    (rf"To agree, press {KEY}\.", [is_.agreeing, is_.choice_or_only_consent]),
    (rf"To agree to the recording, press {KEY}\.", [is_.agreeing, is_.only_consent]),
    (
        rf"To agree to the use for (?P<these>.+), press {KEY}\.",
        [is_.agreeing_to_these, is_.beside_others],
    ),
    (rf"(?:To agree for|For) both, press {KEY}\.", [is_.agreeing, is_.count_of(2)]),
    (rf"(?:To agree for|For) all three, press {KEY}\.", [is_.agreeing, is_.count_of(3)]),
    (rf"(?:To agree for|For) all four, press {KEY}\.", [is_.agreeing, is_.count_of(4)]),
    (rf"(?:To agree for|For) (?P<these>.+) only, press {KEY}\.", [is_.agreeing_to_these]),
    (r"We ask for your consent to use it (?P<what>.+)\.", [is_.asked, is_.beside_others]),
    (
        r"The controller is (?P<name>.+); the legal (?:(?P<one>basis is)|bases are) "
        r"(?P<bases>.+)\.",
        [later.controller, later.resting_on(BASES, "our legitimate interest: ")],
    ),
    (r"The task is set by (?P<laws>.+)\.", [is_.laws_of(Basis.PUBLIC_TASK)]),
    (
        r"We delete the recording (?P<latest>at the latest )?after (?P<period>.+) and pass it to "
        r"nobody\.",
        [later.kept_as_long, later.told_nobody],
    ),
    (
        r"We delete the recording (?P<latest>at the latest )?after (?P<period>.+); it is passed "
        r"only to (?P<to>.+)\.",
        [later.kept_as_long, later.told_these],
    ),
    (
        r"We delete the recording (?P<latest>at the latest )?after (?P<period>.+)\.",
        [later.kept_as_long, later.told_no_recipients],
    ),
    (
        r"You have the right (?P<rights>.+?)(?P<object>, to object)?, and to complain to the "
        r"data protection authority\.",
        [later.rights(RIGHTS)],
    ),
    (
        r"Data protection officer: (?P<officer>.+)\.",
        [later.told_officer],
    ),
    (
        r"Without the recording we cannot conclude the contract by telephone\.",
        [later.no_contract_without],
    ),
    (r"You can ask for our assessment of this interest\.", [later.weighed]),
    (
        r"You can also withdraw after the call, by phoning this number"
        r"(?:; that does not affect earlier use)?\.",
        [later.withdrawable_later],
    ),
    (r"Contact: this telephone number\.", [later.no_other_contact]),
    (r"Contact: (?P<contact>.+)\.", [later.told_contact]),
    (r"Full notice: (?P<notice>.+)\.", [later.told_notice]),
    (r"We give the full notice in writing, on request\.", [later.no_notice_elsewhere]),
    (r"Thank you\.", [is_.spoken_as(PromptKind.CONFIRMATION)]),
    (r"Recording\.", [is_.only_life]),
    (r"Recording for all three purposes\.", [is_.for_all, is_.so_many(3)]),
    (r"Recording for all four purposes\.", [is_.for_all, is_.so_many(4)]),
    (
        r"Recording continues only (?P<what>.+)\.",
        [is_.for_these, is_.spoken_as(PromptKind.WITHDRAWN)],
    ),
    (r"Recording only (?P<what>.+)\.", [is_.for_these, is_.not_all]),
    (
        r"Recording (?P<what>for .+)\.",
        [is_.for_these, is_.for_all, is_.spoken_as(PromptKind.CONFIRMATION)],
    ),
    (
        r"We will record (?P<what>for .+)\.",
        [is_.every_other, is_.spoken_as(PromptKind.KEYS)],
    ),
    (rf"Press {KEY} to stop and delete it\.", [is_.refusing, is_.only_consent, is_.so_many(1)]),
    (r"All right, we are not recording\.", [is_.nothing_stays]),
    (r"We are not recording\.", [is_.nothing_stays]),
    (r"Recording stopped\.", [is_.nothing_stays]),
    (r"We are deleting it\.", [is_.erased]),
    (r"Consent withdrawn\.", [is_.has_consent, is_.not_objecting]),
    (r"Consent withdrawn, objection accepted\.", [is_.has_consent, is_.objecting]),
    (r"Objection accepted\.", [is_.objecting]),
    (r"(?P<label>.+)\.", [is_.of_choice]),
)
