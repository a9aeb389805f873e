"""``zgoda ask`` against a keeper behind its real socket."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.commands.asking.ask import command
from appliance.commands.helpers.refusals import told
from appliance.errors import LinkError, MessageRefused, Refused
from tests.commands.served import Served
from tests.keeper.office import make_office


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = make_office(tmp_path / "data")
    office.seal(number="+48221234567", name="Anna\x9b31m \u202eŻółć")
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    yield made
    made.close()


def test_a_persons_answer_is_printed_a_line_a_field(served: Served) -> None:
    done = served.ask("operators.list")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "people"
    assert lines[1].startswith("    - operator  ")
    assert "      name      Ewa Nowak" in lines
    assert "      totp      no" in lines
    assert lines[-1] == "level     E0"
    assert served.acts().count("logged_out") == 1


def test_the_same_as_json_for_programs(served: Served) -> None:
    (person,) = served.asked("operators.list")["people"]
    assert (person["name"], person["totp"]) == ("Ewa Nowak", False)


def test_an_act_is_one_of_the_person_and_on_the_record(served: Served) -> None:
    (rid,) = served.sounds
    words = ("--ground", "claims", "--reason", "A dispute", "--review", "2027-06-30")
    assert served.ask("calls.hold", "--recording", rid, *words).stdout == "Done.\n"
    assert "held" in served.acts()
    shown = served.ask("calls.show_hold", "--recording", rid).stdout
    assert "ground     claims" in shown
    assert "reason     A dispute" in shown
    again = served.ask("calls.hold", "--recording", rid, *words, "--no-anew").exception
    assert isinstance(again, Refused)
    assert again.code == "held_already"


def test_lists_choices_and_the_own_password_go_along(served: Served) -> None:
    roles = ("--person-roles", "listener", "--person-roles", "operator")
    made = served.asked("operators.add", "--person-name", "Jan Nowy", *roles)
    assert made["name"] == "Jan Nowy"
    people = served.asked("operators.list")["people"]
    assert next(one for one in people if one["name"] == "Jan Nowy")["roles"] == [
        "listener",
        "operator",
    ]


def test_what_needs_no_login_asks_for_none(served: Served) -> None:
    assert served.asked("people.box", login=False)["set_up"] is True
    assert "seconds  600" in served.ask("people.let_in", "--name", "Ewa Nowak", login=False).stdout


def test_a_secret_comes_from_a_file_or_the_terminal(served: Served, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of the mail server\nnot this line\n")
    place = {"server": "127.0.0.1", "port": "2525", "user": "zgoda", "sender": "box@example.com"}
    words = [word for name, value in place.items() for word in (f"--place.{name}", value)]
    words += ["--place.recipients", "ewa@example.com", "--place.tls", "--no-place.daily"]
    secret = ("--secret-file", str(tmp_path / "secret"))
    assert served.ask("mail.change", *words, *secret).stdout == "Done.\n"
    assert served.keeper.box is not None
    kept = served.keeper.box.keyring.content.mail
    assert kept is not None
    assert kept.secret == "of the mail server"
    login = ["--data", str(served.data), "--name", "Ewa Nowak"]
    login += ["--password-file", str(served.data / "password")]
    typed = CliRunner().invoke(command, ["me.drop_totp", *login], input="123456\n")
    assert "Code: " in typed.output
    assert "123456" not in typed.output
    assert isinstance(typed.exception, Refused), "there is no second factor"
    untyped = CliRunner().invoke(command, ["me.drop_totp", *login])
    assert untyped.exit_code != 0
    assert not isinstance(untyped.exception, Refused), "nothing was sent"


def test_a_role_that_is_lacking_is_refused_and_on_the_record(served: Served) -> None:
    assert served.keeper.box is not None
    with served.keeper.box.keyring.changing() as draft:
        for entry in draft.operators.values():
            entry.roles = ("listener",)
    refused = served.ask("operators.list").exception
    assert isinstance(refused, Refused)
    assert (refused.code, refused.values) == ("forbidden", {"roles": "administrator"})
    assert told(refused, "pl").startswith("Potrzebujesz do tego roli, której nie masz: Zarządz")
    assert "denied" in served.acts()


def test_what_a_caller_chose_steers_no_terminal(served: Served) -> None:
    shown = served.ask("calls.list")
    assert shown.exit_code == 0
    assert "name        Anna\ufffd31m \ufffdŻółć" in shown.stdout
    raw = served.ask("calls.list", "--json").stdout
    assert "Anna\\u009b31m \\u202eŻółć" in raw
    assert json.loads(raw)["calls"][0]["name"] == "Anna\x9b31m \u202eŻółć"


def test_a_request_that_is_too_long_is_not_sent(served: Served) -> None:
    refused = served.ask("calls.list", "--text", "x" * 70_000).exception
    assert isinstance(refused, MessageRefused)
    assert str(refused).endswith("at most 65536 may be sent.")


def test_what_is_no_text_is_one_sentence(served: Served, tmp_path: Path) -> None:
    odd = os.fsdecode(b"\xff\xfe")
    done = served.ask("calls.list", "--text", odd)
    assert str(done.exception) == "The request holds signs that are no UTF-8."
    (tmp_path / "odd").write_bytes(b"\xff\xfe\n")
    login = ("--data", str(served.data), "--name", "Ewa", "--password-file", str(tmp_path / "odd"))
    done = CliRunner().invoke(command, ["calls.list", *login])
    assert done.exit_code == 2
    assert done.output.endswith("odd is no text in UTF-8.\n")


def test_without_a_keeper_nobody_is_asked_for_a_password(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        command, ["operators.list", "--data", str(tmp_path), "--name", "Ewa"], input="x\n"
    )
    assert isinstance(done.exception, LinkError)
    assert "Password" not in done.output
