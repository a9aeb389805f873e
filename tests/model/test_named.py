"""Recordings are named in whatever text a person pastes; none is passed over as mistyped."""

import pytest

from appliance.model.typed.named import NamedRecordings, named_in

RID = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "text",
    [
        RID, RID.upper(), f"Aufnahme {RID}, gelöscht", f"Recording\n{RID}\n{RID}\n", f"»{RID}«",
    ],
)  # fmt: skip
def test_a_recording_is_named_once_by_its_32_signs(text: str) -> None:
    assert named_in(text) == NamedRecordings((RID,), ())


@pytest.mark.parametrize(
    "wrong",
    [
        RID[:-1], RID + "0", RID.replace("0", "o"), RID.replace("a", "\u0430"),
        RID.replace("1", "l"), " ".join(RID[at : at + 4] for at in range(0, 32, 4)),
        f"{RID[:16]} {RID[16:]}", f"{RID[:16]}-{RID[16:]}", f"{RID}_", RID + RID,
    ],
)  # fmt: skip
def test_what_looks_mistyped_is_told_with_its_line(wrong: str) -> None:
    assert named_in(f"Recording\n{RID}\n\n{wrong}\n") == NamedRecordings((RID,), (4,))


@pytest.mark.parametrize(
    "text",
    [
        "", "the one of Monday", "Certificate of erasure", "2026-11-28 19:42:30 (UTC)",
        "Schlüsselbund ohne den Schlüssel: Generation 1234567", "0048221234567", "2026-11-28",
        "Rechtsgrundlage: Art. 17(1)(a) DSGVO", "medium 1a2b3c4d, destroyed",
    ],
)  # fmt: skip
def test_what_else_stands_in_a_certificate_is_no_recording(text: str) -> None:
    assert named_in(text) == NamedRecordings((), ())
