"""The doctor says whether mail goes out, and calls a day without it red."""

import pytest

from appliance.keeper.doctor.mail import STUCK, MailFacts, examine_mail
from appliance.model.findings import find

FINE = MailFacts(wanted=True, waiting=None, code="", sent=1.0, away=False)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"wanted": False, "away": True}, ["mail.none"]),
        ({}, ["mail.fine"]),
        ({"sent": None}, ["mail.first"]),
        ({"waiting": 60.0}, ["mail.fine"]),
        ({"waiting": 60.0, "code": "login"}, ["mail.fails"]),
        ({"waiting": STUCK - 1, "code": "login"}, ["mail.fails"]),
        ({"waiting": STUCK, "code": "login"}, ["mail.stuck"]),
        ({"waiting": STUCK, "code": "", "away": True}, ["mail.away", "mail.stuck"]),
        ({"away": True}, ["mail.away"]),
    ],
)
def test_what_is_found(changes: dict[str, object], found: list[str]) -> None:
    fields = {name: getattr(FINE, name) for name in MailFacts.__slots__} | changes
    assert [finding.id for finding in examine_mail(MailFacts(**fields))] == found


def test_only_a_day_without_mail_is_red() -> None:
    red = {"mail.stuck"}
    for id in ("none", "first", "fine", "fails", "stuck", "away"):
        assert (find(f"mail.{id}").level == "fail") == (f"mail.{id}" in red)
