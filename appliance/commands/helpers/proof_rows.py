"""Print what proofs say, for ``zgoda verify-proof``."""

from collections.abc import Iterator, Mapping

from appliance.commands.helpers.terminal import (
    NOT_SHOWN,
    SELF_SET,
    UNCONFIRMED,
    day,
    decimal,
    here,
    moment,
    word,
)
from appliance.config.words.vocabulary import BASES, SPECIAL
from appliance.language import N_
from appliance.model import papers
from appliance.model.audio import RATE
from appliance.model.proof import (
    CopyGiven,
    KeptUntil,
    Listening,
    ProofAnnex,
    ProofReader,
    ProvedRecording,
    SpeakerNames,
)
from appliance.model.records import CallMeta, Origin, WordsHeard
from appliance.model.rule import HeardThrough, SealedRule
from appliance.model.sentences.heard import BUS_NAMES, PART_NAMES

READERS: Mapping[str, str] = {
    ProofReader.CALLER: N_("the caller, or somebody else outside the office"),
    ProofReader.AUTHORITY: N_("a court or an authority"),
    ProofReader.OFFICE: N_("the office itself"),
}

KINDS = {"health": N_("health"), **SPECIAL}

WHEN_SPOKEN = N_("began %(begin)s s after the pick-up at the latest, ended %(end)s s after it")
NOT_LISTED = N_("earlier times that are not listed here: %(count)s")
UNREADABLE = {"locked": N_("(the words are locked)"), "lost": N_("(the words are lost)")}


def recording_rows(one: ProvedRecording) -> Iterator[tuple[str, str]]:
    """Yield what is printed of a recording, each with what it is."""
    meta, receipt, rule = one.meta, one.receipt, one.rule
    says = {purpose.id: purpose for purpose in rule.purposes}

    def words(purposes: tuple[str, ...]) -> str:
        return ", ".join(says[p].says or p if p in says else p for p in purposes)

    yield N_("recording"), one.core.recording
    yield N_("call"), _call(meta)
    yield from _heard(rule.heard)
    yield N_("with"), " ".join(filter(None, (meta.number, meta.name))) or here(N_("unknown"))
    ended = word(papers.REASONS, one.core.ended)
    length = decimal(one.core.samples / RATE)
    yield N_("length"), here(N_("%(seconds)s s, ended: %(why)s"), seconds=length, why=ended)
    yield N_("controller"), f"{rule.controller}, {rule.contact}"
    for said in receipt.said:
        yield N_("heard"), _spoken(said, rule)
    if receipt.outcome == "agreed":
        grade = word(papers.GRADES, receipt.grade or "") or here(N_("of no grade"))
        yield N_("key"), f"{receipt.key}, {grade}"
        yield N_("agreed to"), words(receipt.purposes)
    else:
        yield N_("notice"), words(receipt.purposes)
    yield from _rule_rows(rule)
    if receipt.refused:
        yield N_("not agreed"), words(receipt.refused)
    for end in one.core.withdrawn:
        at = decimal(end.sample / RATE)
        value = here(N_("%(purposes)s, at %(seconds)s s"), purposes=words(end.purposes), seconds=at)
        yield N_("ended"), value


def _call(meta: CallMeta) -> str:
    time = moment(meta.started_at, "" if meta.clock_ok else SELF_SET)
    direction = word(papers.DIRECTIONS, meta.direction)
    return here(
        N_("%(direction)s, %(time)s, line %(line)s"),
        direction=direction,
        time=time,
        line=meta.line,
    )


def _spoken(said: WordsHeard, rule: SealedRule) -> str:
    """Return what a caller heard, and when after the pick-up."""
    texts = (w.text for w in rule.words if w.prompt_sha256 == said.prompt_sha256)
    text = next(texts, "") or here(N_("the office spoke it itself"))
    began, ended = decimal(said.began_ms / 1000), decimal(said.at_ms / 1000)
    when = here(WHEN_SPOKEN, begin=began, end=ended)
    return f"{word(papers.SPOKEN, said.spoken)} ({when}): {text}"


def _rule_rows(rule: SealedRule) -> Iterator[tuple[str, str]]:
    for purpose in rule.purposes:
        name, contract = purpose.says or purpose.id, purpose.contract_to
        needed = f", {word(papers.CONTRACTS, contract)}" if contract else ""
        yield N_("basis"), f"{name}: {word(BASES, purpose.basis)}{needed}"
        if purpose.kinds:
            kinds = ", ".join(word(KINDS, kind) for kind in purpose.kinds)
            reason = f"; {purpose.care_reason}" if purpose.care_reason else ""
            yield N_("sensitive"), f"{name}: {kinds}{reason}"
    if rule.recipients.says or rule.recipients.answer:
        yield N_("recipients"), rule.recipients.says or here(N_("nobody"))
    if rule.speakers is not None:
        said = N_("people who speak for the office: %(count)s; vouched for on %(day)s")
        when = day(rule.speakers.day)
        yield N_("speakers"), here(said, count=rule.speakers.count, day=when)
    if rule.officer or rule.officer_says:
        yield N_("officer"), rule.officer or rule.officer_says


def _heard(heard: HeardThrough) -> Iterator[tuple[str, str]]:
    for role, part in heard.parts.items():
        bus = word(BUS_NAMES, part.bus) if part.bus else ""
        yield PART_NAMES.get(role, role), " ".join(filter(None, (part.driver, bus, part.device)))


def annex_rows(annex: ProofAnnex) -> Iterator[tuple[str, str]]:
    """Yield what is printed of an annex, likewise."""
    yield N_("annex of"), moment(annex.made_at, "" if annex.clock_ok else UNCONFIRMED)
    yield N_("made for"), word(READERS, annex.reader)
    for kept in annex.kept:
        yield N_("kept"), f"{kept.recording}: {_until(kept)}"
        origin = Origin.ATTESTED if kept.attested else Origin.NOT_ATTESTED
        yield N_("origin"), word(papers.ORIGINS, origin)
    for rid in annex.unreadable:
        said = N_("%(rid)s: another part of this call, which this proof does not show")
        yield N_("unreadable"), here(said, rid=rid)
    for names in annex.speakers or ():
        yield from _speaker_rows(names)
    yield from _listened_rows(annex)
    yield from _copy_rows(annex)
    if annex.reader is ProofReader.CALLER:
        yield N_("not shown"), here(NOT_SHOWN)
        yield N_("log"), annex.audit_hash
    else:
        said = N_("entry %(number)s, %(hash)s")
        yield N_("log"), here(said, number=annex.audit_seq, hash=annex.audit_hash)


def _speaker_rows(names: SpeakerNames) -> Iterator[tuple[str, str]]:
    if names.whole is None:
        yield N_("spoke"), word(papers.UNREADABLE, names.readable)
    else:
        for person in names.whole.people:
            said = N_("%(name)s, agreed on %(day)s")
            yield N_("spoke"), here(said, name=person.name, day=day(person.day))
        yield N_("vouched"), f"{names.whole.by}, {day(names.whole.day)}"
    if (ended := names.ended) is not None:
        time = moment(ended.at, "" if ended.clock_ok else UNCONFIRMED)
        yield N_("list ended"), here(N_("%(time)s, entry %(number)s"), time=time, number=ended.seq)


def _listened_rows(annex: ProofAnnex) -> Iterator[tuple[str, str]]:
    if annex.listened_earlier:
        yield N_("listened"), here(NOT_LISTED, count=annex.listened_earlier)
    caller = annex.reader is ProofReader.CALLER
    unnamed = N_("purpose not shown") if caller else N_("purpose not noted")
    for one in annex.listened:
        changed = here(N_("stopped: the recording was changed"))
        stopped = f", {changed}" if one.stopped else ""
        yield N_("listened"), f"{_who(one)}, {one.purpose or here(unnamed)}{stopped}"
    if not annex.listened:
        yield N_("listened"), here(N_("nobody is listed"))


def _copy_rows(annex: ProofAnnex) -> Iterator[tuple[str, str]]:
    if annex.reader is ProofReader.CALLER:
        kinds = [_recipient(kind) for kind in annex.recipients]
        yield N_("copies"), ", ".join(kinds) or here(N_("none is listed"))
    if annex.copies_earlier:
        yield N_("copy"), here(NOT_LISTED, count=annex.copies_earlier)
    for copy in annex.copies:
        yield N_("copy"), f"{_who(copy)}, {_whom(copy)}; {_bytes(copy)}"
    if not annex.copies:
        yield N_("copy"), here(N_("none is listed"))


def _until(kept: KeptUntil) -> str:
    if kept.held:
        return here(N_("held on a legal ground, until the hold is lifted"))
    if kept.due_day is None:
        return here(N_("erased after a day that is not known yet"))
    if kept.held is None:
        unless = N_("erased after %(day)s, unless a law keeps it longer")
        return here(unless, day=day(kept.due_day))
    return here(N_("erased after %(day)s"), day=day(kept.due_day))


def _who(one: Listening | CopyGiven) -> str:
    person = one.name or one.operator
    time = moment(one.at, "" if one.clock_ok else SELF_SET)
    return time + (f", {person}" if person else "")


def _recipient(kind: str) -> str:
    return word(papers.RECIPIENTS, kind) if kind else here(N_("recipient not noted"))


def _whom(copy: CopyGiven) -> str:
    unread = UNREADABLE.get(copy.readable or "")
    words = copy.words or (here(unread) if unread else "")
    whom = " ".join(filter(None, (_recipient(copy.recipient), words)))
    paper = [
        here(said, text=text)
        for said, text in (
            (N_("file number: %(text)s"), copy.file_number),
            (N_("legal basis: %(text)s"), copy.legal_basis),
            (N_("signed by: %(text)s"), copy.signed_by),
        )
        if text
    ]
    if copy.silent_until is not None:
        paper.append(here(N_("silent until: %(day)s"), day=day(copy.silent_until)))
    return ", ".join([whom, *paper])


def _bytes(copy: CopyGiven) -> str:
    """Return which bytes a copy has, or that nobody knows; one without a digest is not whole."""
    if copy.sha256 is None:
        return here(N_("not finished") if copy.form else N_("its bytes are not known"))
    size = here(N_("%(count)s bytes, SHA-256 %(hash)s"), count=copy.size, hash=copy.sha256)
    return " ".join(filter(None, (copy.form, size)))
