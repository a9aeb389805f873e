"""Handle the erasure of every recording: ask, confirm, cancel, show how far it is."""

from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.handlers.calls.signed import signed_file, with_signed
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import erase_all as ask
from appliance.link.requests.papers.certificates import CertificateFile
from appliance.vault.opening.erase_all import EraseAllDone


class EraseAllDesk:
    """The handlers of an erasure of everything."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ask.GetEraseAll)
    def state(self, operation: ask.GetEraseAll, who: Caller) -> ask.EraseAllState:
        """Return what there is to erase, and how far an order is."""
        box = self._box.opened()
        act, erasing = box.records.erase_all, box.records.erasing
        done = box.keyring.content.erased_all
        return ask.EraseAllState(
            recordings=box.keyring.count_taken_up(),
            held=tuple(self._held(box, rid) for rid in box.keyring.held()),
            order=self._order(box, who),
            ended=act.ended,
            done=self._certificate(box, done) if done is not None else None,
            failed=erasing.failed,
            trouble=erasing.trouble,
        )

    @handles(ask.GetEraseAllCertificate)
    def give(
        self, operation: ask.GetEraseAllCertificate, who: Caller
    ) -> tuple[CertificateFile, bytes]:
        """Hand over the signed certificate of the last one, as it is kept."""
        box = self._box.opened()
        done = box.keyring.content.erased_all
        if done is None:
            raise Refused("no_certificate")
        return signed_file(box.records.recordings.certificates.of_all(done), operation.reader)

    @handles(ask.AskEraseAll)
    def asked(self, operation: ask.AskEraseAll, who: Caller) -> Done:
        """Take an order."""
        box = self._box.opened()
        box.prove(who, operation.password)
        box.records.erase_all.ask(who.operator, operation.ground.value, operation.held)
        return Done()

    @handles(ask.ConfirmEraseAll)
    def confirmed(self, operation: ask.ConfirmEraseAll, who: Caller) -> Done:
        """Carry out what another person has asked for."""
        box = self._box.opened()
        box.prove(who, operation.password)
        box.records.erase_all.confirm(who.operator, operation.order)
        return Done()

    @handles(ask.CancelEraseAll)
    def cancelled(self, operation: ask.CancelEraseAll, who: Caller) -> Done:
        """Cancel an order that waits."""
        self._box.opened().records.erase_all.cancel(who.operator, operation.order)
        return Done()

    @staticmethod
    def _certificate(box: OpenBox, done: EraseAllDone) -> ask.EraseAllCertificate:
        issued = box.records.recordings.certificates.of_all(done)
        return with_signed(certificate_of(done), issued)

    @staticmethod
    def _order(box: OpenBox, who: Caller) -> ask.EraseAllAsked | None:
        act = box.records.erase_all
        order = act.order
        if order is None:
            return None
        return ask.EraseAllAsked(
            id=order.id,
            asked_by=order.asked_by,
            asked_at=order.asked_at,
            ground=order.ground,
            held=len(order.held),
            stage=order.stage,
            seconds_left=act.seconds_left,
            mine=who.operator == order.asked_by,
            trouble=act.trouble or box.records.erasing.trouble,
        )

    @staticmethod
    def _held(box: OpenBox, recording: str) -> ask.HeldRecording:
        words = box.records.ledger.hold_of(recording)
        entry = box.keyring.get(recording)
        return ask.HeldRecording(
            recording=recording,
            ground=words.ground.value if words is not None else "",
            review=words.review if words is not None else "",
            day=entry.day if entry is not None else None,
            unreal=box.records.recordings.calls.unreal(recording),
        )


def certificate_of(done: EraseAllDone) -> ask.EraseAllCertificate:
    """Return what people are told of an erasure of everything, but for what was signed."""
    order = done.order
    return ask.EraseAllCertificate(
        asked_by=order.asked_by,
        decided_by=order.decided_by,
        asked_at=order.asked_at,
        at=done.at,
        ground=order.ground,
        recordings=order.recordings,
        held=len(order.held),
        level=done.level,
        generation=done.generation,
        seq=done.seq,
        remains=order.remains,
    )
