"""Build what erases, and what tells of it."""

from appliance.keeper.catalogue.readers import Readers
from appliance.keeper.erasure.batch import Erasure
from appliance.keeper.erasure.certificates import KeptCertificates
from appliance.keeper.erasure.erase import RecordingErasure
from appliance.keeper.erasure.media import on_media
from appliance.keeper.foundation import Foundation


def build_erasure(base: Foundation) -> Erasure:
    """Return what erases keys and files, batch by batch."""
    keyring = base.keyring
    return Erasure(
        *(keyring, base.eraser, base.folders, base.audit.append_many, base.time),
        disk=base.disk,
        media=lambda: on_media(keyring.content.media, 0),
    )


def build_erasing(base: Foundation, erasure: Erasure, readers: Readers) -> RecordingErasure:
    """Return the same with rows, readers and certificates."""
    keyring, audit, around = base.keyring, base.audit, base.around
    certificates = KeptCertificates(
        audit.of_recording,
        lambda: (keyring.level, keyring.generation),
        lambda: keyring,
        base.ledger.copy_of,
        media=lambda sealed, erased: on_media(keyring.content.media, sealed, erased),
        controller=lambda: around.config.office.controller,
        search=audit.search,
    )
    reads = readers.catalogue, readers.reading, readers.playbacks
    return RecordingErasure(erasure, keyring, certificates, *reads)
