"""Test how the audit names a person and a purpose: an id and letters."""

import pytest

from appliance.keeper.audit.entries import check_words
from appliance.keeper.audit.subjects import (
    about,
    for_purpose,
    read_about,
    read_purpose,
    read_recipient,
)
from appliance.link.operations import Role
from appliance.vault.audit.entries import AuditEntry
from tests.model.refusals import refuses

ID = "0a1b2c3d"


@pytest.mark.parametrize(
    ("roles", "detail"),
    [
        (None, "of_0a1b2c3d"),
        ((), "of_0a1b2c3d."),
        ((Role.ADMINISTRATOR, Role.LISTENER), "of_0a1b2c3d.la"),
        (tuple(Role), "of_0a1b2c3d.lopa"),
    ],
)
def test_what_is_written_is_read_again(roles: tuple[Role, ...] | None, detail: str) -> None:
    assert about(ID, roles) == detail
    operator, read = read_about(detail)
    assert (operator, set(read)) == (ID, set(roles or ()))
    check_words(
        AuditEntry(
            seq=1, t=0.0, clock_ok=True, type="roles_changed", actor=ID, rid=None, case=None,
            prev="0" * 64, detail=detail,
        )
    )  # fmt: skip


@pytest.mark.parametrize("operator", ["", "x" * 8, "0A1B2C3D", "0a1b2c3", "0a1b2c3d\n", "ż" * 8])
def test_what_is_no_id_is_nobody(operator: str) -> None:
    with refuses("no_person"):
        about(operator)


@pytest.mark.parametrize("detail", [None, "", "e0.3", "one_time", "of_xyz", "of_0a1b2c3d.z"])
def test_other_details_name_nobody(detail: str | None) -> None:
    assert read_about(detail) == ("", ())


@pytest.mark.parametrize("purpose", ["training", "a", "x" * 32, "of_0a1b2c3d", "claims"])
def test_a_purpose_is_named_by_its_id_and_is_never_taken_for_a_person(purpose: str) -> None:
    detail = for_purpose(purpose)
    assert read_purpose(detail) == purpose
    assert read_about(detail) == ("", ())
    assert read_recipient(detail) == ""
    check_words(
        AuditEntry(
            seq=1, t=0.0, clock_ok=True, type="played", actor=ID, rid="ab" * 16, case=None,
            prev="0" * 64, detail=detail,
        )
    )  # fmt: skip


@pytest.mark.parametrize("purpose", ["", "x" * 33, "Anna", "two words", "a.b", "1a", "ą", "a\n"])
def test_what_a_person_typed_is_no_purpose(purpose: str) -> None:
    with refuses("no_purpose"):
        for_purpose(purpose)


@pytest.mark.parametrize("detail", [None, "", "of_0a1b2c3d", "e0.3", "for.", "for.A"])
def test_other_details_name_no_purpose(detail: str | None) -> None:
    assert read_purpose(detail) == ""
