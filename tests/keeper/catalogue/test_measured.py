"""The vault that the benchmarks measure opens what is sealed for it."""

from msgspec import structs

from appliance.vault.opening.entry import RecordingEntry
from benchmarks.box.keeper_material import short_recording, vault
from tests.proofs import proof_of

TODAY = 20_000


def test_a_recording_of_the_measured_vault_is_listed_under_its_due_day() -> None:
    with vault() as made:
        made.reading.adopt(proof_of(made.reading_key))
        made.catalogue.unlock()
        rid = short_recording(made, 1, TODAY)

        def taken_up(_: str, entry: RecordingEntry) -> RecordingEntry:
            return structs.replace(entry, due_day=TODAY + 90, day=TODAY, call="00" * 8)

        made.keyring.change([rid], taken_up)
        assert made.catalogue.make([rid]) == {rid: TODAY + 90}
