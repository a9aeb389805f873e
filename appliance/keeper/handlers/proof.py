"""Show and hand over the proof of a call, and let its words be heard."""

from appliance.errors import Refused
from appliance.keeper.handlers.calls.discretion import Discretion, for_recipient
from appliance.keeper.people.sessions import Caller
from appliance.keeper.reading.wav import Wav
from appliance.keeper.recordings.handing_over.proofs import without_texts
from appliance.keeper.records import Records
from appliance.link.handlers import handles
from appliance.link.operations import Role
from appliance.link.requests import proof as ask
from appliance.model.audio import RATE
from appliance.model.proof import ProofReader, ProvedRecording, WhatVouches, reader_for
from appliance.vault.audit.evidence import RecordingPlace, placed, witness_of

_SAMPLE = 2
"""Bytes."""


class ProofDesk:
    """The handlers of proofs; each raises Refused or another ZgodaError to say no."""

    def __init__(self, records: Records) -> None:
        self._recordings = records.recordings

    @handles(ask.ShowProof)
    def show(self, asked: ask.ShowProof, who: Caller) -> ask.ProofSheet:
        """Show what a call's proof says; more than a caller gets, to those who hand it over."""
        recipient = asked.recipient.value
        if (
            reader_for(recipient) is not ProofReader.CALLER
            and Role.PRIVACY_OFFICER not in who.roles
        ):
            raise Refused("forbidden", roles=Role.PRIVACY_OFFICER)
        mine = Discretion(self._recordings, who)
        mine.refuse_concealed(asked.recording)
        one, gone = for_recipient(self._recordings, asked.recording, recipient)
        recordings, annex = self._recordings.proofs.of(one, recipient, gone)
        pairs = zip(recordings, annex.evidence, strict=True)
        places = [_checked(*pair, annex.reader) for pair in pairs]
        return ask.ProofSheet(
            recordings=tuple(map(without_texts, recordings)),
            began=self._recordings.proofs.began(recordings[0]),
            annex=annex,
            places=tuple(map(_place, places)),
            stamps=witness_of(places),
            fingerprint=self._recordings.proofs.fingerprint,
            playable=self._recordings.prompts.kept(_named(recordings)),
        )

    @handles(ask.GetProof)
    def get(self, asked: ask.GetProof, who: Caller) -> tuple[ask.ProofFile, bytes]:
        """Hand over a call's proof, once it is on record for whom and with which annex."""
        recipient = asked.recipient.value
        one, gone = for_recipient(self._recordings, asked.recording, recipient)
        name, raw = self._recordings.proofs.give(one, recipient, who.actor, gone)
        return ask.ProofFile(name), raw

    @handles(ask.HearWords)
    def hear_words(self, asked: ask.HearWords, who: Caller) -> tuple[ask.WordsSound, bytes]:
        """Give words that the box said."""
        sound = self._recordings.prompts.sound(asked.sha256)
        if sound is None:
            raise Refused("words_gone")
        samples = len(sound) // _SAMPLE
        return ask.WordsSound(round(samples / RATE, 3)), Wav(1, samples).header() + sound


def _checked(one: ProvedRecording, beside: WhatVouches, reader: ProofReader) -> RecordingPlace:
    """Return where a recording stands in the audit, checked as anybody else would."""
    for_caller = reader is ProofReader.CALLER
    return placed(one.core, one.meta.after, beside, for_caller=for_caller)


def _place(place: RecordingPlace) -> ask.ProofPlace:
    """Return what a sheet shows of it."""
    if place.sealed is None:
        return ask.ProofPlace()
    sealed, after = place.sealed.entry, place.after.entry if place.after is not None else None
    return ask.ProofPlace(
        sealed=sealed.seq,
        sealed_at=sealed.t,
        sealed_clock_ok=sealed.clock_ok,
        after=after.seq if after is not None else None,
        after_at=after.t if after is not None else 0.0,
        after_clock_ok=after is None or after.clock_ok,
        ended=place.ended,
        head_day=place.head_day,
        head=place.head.seq if place.head is not None else None,
    )


def _named(recordings: tuple[ProvedRecording, ...]) -> set[str]:
    """Return the hashes of the words that callers heard."""
    said = {words.prompt_sha256 for one in recordings for words in one.receipt.said}
    return said | {one.receipt.prompt_sha256 for one in recordings}
