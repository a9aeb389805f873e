"""Make an annex one for its reader: leave out of it what is another's."""

from collections.abc import Collection

from msgspec import structs

from appliance.model.proof import CopyGiven, Listening, ProofAnnex, ProofReader


def for_reader(whole: ProofAnnex, recipient: str, purposes: Collection[str]) -> ProofAnnex:
    """Return the annex that a recipient's reader gets.

    Args:
        whole: all that is known, for ``whole.reader``.
        recipient: the kind of the recipient.
        purposes: the ids that the call's rule declares.
    """
    if whole.reader is not ProofReader.CALLER:
        return whole
    return structs.replace(
        whole,
        kept=tuple(structs.replace(one, held=None) for one in whole.kept),
        listened=tuple(without_person(one, purposes) for one in whole.listened),
        listened_earlier=None,
        copies=tuple(_without_people(one) for one in whole.copies if one.recipient == recipient),
        copies_earlier=None,
        speakers=None,
        audit_seq=None,
    )


def without_person(one: Listening, purposes: Collection[str]) -> Listening:
    """Return when somebody listened, and for which declared purpose: no ground of a hold."""
    purpose = one.purpose if one.purpose in purposes else ""
    return structs.replace(one, operator=None, name=None, purpose=purpose)


def _without_people(one: CopyGiven) -> CopyGiven:
    return structs.replace(
        one,
        operator=None,
        name=None,
        words=None,
        file_number=None,
        legal_basis=None,
        signed_by=None,
        silent_until=None,
        readable=None,
    )
