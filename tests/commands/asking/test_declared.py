"""Read what ``zgoda ask`` makes of the declarations: all of them, without a keeper."""

import re
from pathlib import Path
from typing import Literal

import click
import pytest
from click.testing import CliRunner, Result

from appliance.commands.asking.ask import command, why_not
from appliance.commands.asking.fields import Fields
from appliance.config.mistakes import mistake
from appliance.link.operations import Done, Message, Operation, Secret, WithoutRole
from appliance.link.registry import AnyOperation, operations, tag
from appliance.link.requests.doctor import FindingCount
from appliance.link.requests.outside.mail import MailStanding
from appliance.link.requests.outside.sftp import SftpStanding
from appliance.link.requests.outside.update import NetworkState, UpdateState
from appliance.link.requests.settings import Settings

SECRETS = {"password", "old", "new", "secret", "totp", "let_in", "sheet", "token", "code"}
"""Fields of these names are declared ``Secret``."""

NO_SECRETS = {
    *("errands.tell", "fetch.tell", "stamps.tell", "steps.next"),
    *("words.hear", "words.take"),
}
"""Here a code is a word of ours: how it ended, or what a line says."""

ASKABLE = [kind for kind in operations() if not why_not(kind)]


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def parameters(kind: type[AnyOperation]) -> list[click.Parameter]:
    made = command.get_command(click.Context(command), tag(kind))
    assert isinstance(made, click.Command)
    return made.params


@pytest.mark.parametrize("kind", ASKABLE, ids=tag)
def test_each_has_help_an_option_a_field_and_an_example_that_is_understood(
    kind: type[AnyOperation],
) -> None:
    done = run(tag(kind), "--help")
    assert done.exit_code == 0, done.output
    whole = re.sub(r"(?<=\w-)\n\s+", "", done.stdout)  # a long line breaks behind a hyphen, too
    words = re.sub(r"\s+", " ", whole)
    assert "``" not in words
    example = words.partition(f"Example: zgoda ask {tag(kind)}")[2]
    names = [each.name for each in parameters(kind)]
    assert len(set(names)) == len(names), "a field has the name of an option that every command has"
    paths = {each.name.partition("__")[0] for each in parameters(kind) if each.name}
    login = () if kind.roles in {WithoutRole.ANYBODY, WithoutRole.LOCAL} else ("password",)
    assert set(kind.__struct_fields__) - paths == {*login, "browser"} & set(kind.__struct_fields__)
    required = [each.opts[0] for each in parameters(kind) if each.required]
    assert all(option in f"{example} --name" for option in required)


FAILED: list[Message] = [
    MailStanding(None, code="refused"),
    SftpStanding(None, code="refused"),
    UpdateState(True, "1", "A", None, False, False, network=NetworkState("", code="unreachable")),
    UpdateState(True, "1", "A", None, False, False, network=NetworkState("", why="full")),
    FindingCount(fail=1, warn=0),
    Settings(1, "", {}, problem=(mistake((), "kept_alone"),)),
    Settings(1, "", {}, stuck=("Office",)),
]


@pytest.mark.parametrize("answer", FAILED, ids=lambda each: type(each).__name__)
def test_an_answer_that_tells_of_a_failure_says_so(answer: Message) -> None:
    assert answer.amiss


def test_an_answer_that_tells_of_none_says_so() -> None:
    well = [
        MailStanding(None),
        SftpStanding(None),
        UpdateState(True, "1", "A", None, False, False, network=NetworkState("")),
        UpdateState(False, "1", "", None, False, False),
        FindingCount(fail=0, warn=1),
        Settings(1, "", {}),
    ]
    assert not [each for each in well if each.amiss]


def test_no_secret_is_taken_from_the_command_line() -> None:
    for kind in ASKABLE:
        options = {each.name: each.opts[0] for each in parameters(kind)}
        for name in SECRETS & options.keys() & set(kind.__struct_fields__):
            assert options[name].endswith("-file"), tag(kind)
    shown = run("mail.stop", "--name", "Ewa", "--password", "hunter2")
    assert shown.exit_code == 2
    assert "No such option '--password'" in shown.output


def test_every_secret_is_declared_as_one() -> None:
    for kind in operations():
        for name, told in kind.__annotations__.items():
            if name in SECRETS and tag(kind) not in NO_SECRETS:
                assert "secret" in str(told), f"{tag(kind)}: {name} is a Secret"


def test_what_is_left_out_says_why_in_one_sentence() -> None:
    reasons = {tag(kind): why_not(kind) for kind in operations() if why_not(kind)}
    assert len(reasons) + len(ASKABLE) == len(operations())
    assert len(ASKABLE) >= 100
    expected = {
        "calls.export": "ask_file",
        "calls.read_playback": "ask_file",
        "proof.get": "ask_file",
        "settings.change": "ask_upload",
        "live.watch": "ask_endless",
        "words.changed": "ask_processes",
        "errands.take": "ask_sending",
        "people.log_in": "ask_session",
        "sheet.draw": "ask_session",
    }
    assert {name: reasons[name] for name in expected} == expected
    done = run("calls.export", "--recording", "0" * 32)
    assert done.exit_code == 2
    assert done.output.endswith("Error: No command asks for calls.export: a file is its answer.\n")


def test_the_list_names_each_who_may_and_what_for() -> None:
    lines = run("--list").stdout.splitlines()
    assert len(lines) == len(ASKABLE)
    assert all(
        re.fullmatch(r"[a-z_]+\.[a-z_]+ {2,}[A-Z].*[.] \([a-z, ]+\)", line) for line in lines
    )
    (let_in,) = (line for line in lines if line.startswith("people.let_in "))
    assert let_in.endswith("before all strangers. (root)")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("backup.gte",), "There is no “backup.gte”; did you mean backup.get?"),
        (("\x1b[2J",), "There is no “\ufffd[2J”; zgoda ask --list names all."),
        (("x" * 70_000,), "zgoda ask --list names all."),
        (("calls.list", "--txt", "x"), "No such option '--txt'. (Did you mean one of: '--text'"),
        (("calls.list", "--page", "two"), "“two” is no whole number, or too large."),
        (("calls.list", "--page", "9" * 4301), "is no whole number, or too large."),
        (("calls.list", "--page", str(2**63)), "is no whole number, or too large."),
        (("time.confirm", "--at", "nan"), "“nan” is no number, or too large."),
        (("time.confirm", "--at", "tomorrow"), "“tomorrow” is no number, or too large."),
        (("calls.list", "--order", "z" * 9000), "is none of these: newest, oldest."),
        (("calls.hold", "--ground", "claim"), "“claim” is none of these: expression, legal_duty"),
        (("calls.hold",), "Missing option '--"),
        ((), "Usage: "),
    ],
)
def test_bad_input_is_one_short_sentence(words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    told = re.sub(r"\s+", " ", done.output)
    assert said in told
    assert len(told) < 1500
    assert "\x1b" not in told
    assert isinstance(done.exception, SystemExit), "no traceback"


class Odd(Operation[Done], frozen=True, tag="tests.odd"):
    """Have fields of every kind."""

    roles = WithoutRole.ANYBODY
    pairs: tuple[tuple[str, int], ...]
    words: dict[str, int]
    share: float
    code: Secret
    new: Secret = "none"
    way: Literal["up", "down"] | None = None
    upside: bool = True


def made(tmp_path: Path, *words: str) -> AnyOperation:
    """Return the operation that a command would ask with."""
    (tmp_path / "code").write_text("s3cret\nnot this line\n")
    fields = Fields(Odd, of_person=False)
    found: list[AnyOperation] = []
    asking = click.Command("odd", callback=lambda **typed: found.append(fields.made(typed)))
    asking.params = fields.options()
    done = CliRunner().invoke(asking, [*words, "--code-file", str(tmp_path / "code")])
    assert done.exit_code == 0, done.output
    return found[0]


def test_fields_of_other_kinds_are_json(tmp_path: Path) -> None:
    words = ("--pairs", '[["a", 1]]', "--words", '{"b": 2}', "--share", "0.5", "--no-upside")
    assert made(tmp_path, *words) == Odd((("a", 1),), {"b": 2}, 0.5, "s3cret", upside=False)
    for wrong, said in (
        ((*words[:1], "{" * 5000, *words[2:]), "This is no JSON: "),
        ((*words[:1], "[1]", *words[2:]), "The fields do not fit: "),
    ):
        with pytest.raises(AssertionError, match=said):
            made(tmp_path, *wrong)
