"""``zgoda doctor``: its findings, and the processes it asks."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from click.testing import CliRunner, Result
from msgspec import Struct

from appliance import __version__
from appliance.commands import doctor
from appliance.commands.doctor import Examination, Process, command, panel_answers
from appliance.config import kept
from appliance.config.folders import Folders
from appliance.config.kept import encode_kept
from appliance.config.mistakes import Mistake
from appliance.config.read import trial_text
from appliance.errors import Refused
from appliance.exchange.scene import Scene
from appliance.language import LANGUAGES
from appliance.link.handlers import Answer
from appliance.link.operations import Operation
from appliance.link.requests.doctor import ExamineLines, Findings
from appliance.link.requests.first_run import BoxState, GetBoxState
from appliance.link.server import Server
from appliance.model.findings import SUBJECTS, Finding, find
from appliance.model.sentences.findings import SENTENCES
from appliance.model.sentences.lacking import Lacking
from tests.boxes import TrialBox
from tests.clocks import ManualClock

BOX = BoxState(
    set_up=True,
    sheet_confirmed=True,
    locked=True,
    trial=True,
    office="Kancelaria Nowak",
    eraser="E0",
    languages=("pl",),
)
NAMES = re.compile(r"%\((\w+)\)s")
HEARD = find("lines.heard", line="Reception")


@pytest.fixture(autouse=True)
def _no_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no trial that runs on this machine answer at the panel's usual port."""
    monkeypatch.setattr(doctor, "panel_answers", lambda config: False)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "data")
    made.run.mkdir(parents=True, mode=0o700)
    made.data.chmod(0o700)
    return made


def found(folders: Folders, config: Path | None = None) -> dict[str, str]:
    """Examine, and return id -> sentence."""
    findings = Examination(config, folders, ManualClock()).findings()
    return {finding.id: finding.text for finding in findings}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def broken(tmp_path: Path) -> Path:
    config = tmp_path / "zgoda.toml"
    text = trial_text()
    text = text.replace("country", "contry").replace("retention_days = 90", "retention_days = 0", 1)
    config.write_text(text)
    return config


def answer(operation: Operation[object], session: str | None, upload: bytes) -> Answer:
    """Be recorder and keeper."""
    return Findings((HEARD,)) if isinstance(operation, ExamineLines) else BOX


@pytest.fixture
def running(folders: Folders) -> Iterator[None]:
    """A recorder and a keeper that answer."""
    sockets = (folders.recorder_socket, folders.keeper_socket)
    servers = [Server(path, answer, {os.getuid()}) for path in sockets]
    for server in servers:
        server.start()
    yield
    for server in servers:
        server.stop()


def test_a_line_a_finding_the_worst_first(tmp_path: Path) -> None:
    done = run("--data", str(tmp_path / "data"))
    levels = [line.split(maxsplit=1)[0] for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert all(
        re.match(r"(ok  |warn|fail)  [a-z]+: \S.*[.\])]$", line)
        for line in done.stdout.splitlines()
    )
    assert set(levels) == {"ok", "warn"}
    assert levels[0] == "warn"
    assert levels[-1] == "ok"


class Told(Struct, forbid_unknown_fields=True):
    """A finding, as docs/doctor-json.md describes it."""

    id: str
    subject: str
    level: Literal["ok", "warn", "fail"]
    values: dict[str, str]
    text: str
    inside: list[Mistake]
    lacking: list[Lacking]


class Report(Struct, forbid_unknown_fields=True):
    """The whole of it."""

    version: Literal[1]
    zgoda: str
    language: Literal["en", "pl", "de"]
    refused: str | None
    counts: dict[Literal["ok", "warn", "fail"], int]
    findings: list[Told]


def report(done: Result) -> Report:
    """Read what was printed, strictly; nothing else stands on standard output."""
    (line,) = done.stdout.splitlines()
    return msgspec.json.decode(line, type=Report, strict=True)


def test_json_is_for_programs(tmp_path: Path) -> None:
    told = report(run("--data", str(tmp_path / "data"), "--json"))
    valid = next(each for each in told.findings if each.id == "configuration.valid")
    assert (valid.subject, valid.level) == ("configuration", "ok")
    assert (valid.text, valid.values) == (
        "Valid; lines: 1, purposes: 2.",
        {"lines": "1", "purposes": "2"},
    )
    assert (told.language, told.refused, told.zgoda) == ("en", None, __version__)
    levels = [each.level for each in told.findings]
    assert told.counts == {level: levels.count(level) for level in ("ok", "warn", "fail")}
    assert told.counts["warn"] > 0


def test_jsons_order_does_not_depend_on_how_bad_it_is(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    first = report(run("--data", data, "--json"))
    keys = [(SUBJECTS.index(each.subject), each.id) for each in first.findings]
    assert keys == sorted(keys)
    again = report(run("--data", data, "--json", "--config", str(broken(tmp_path))))
    assert again.counts["fail"] == 2
    keys = [(SUBJECTS.index(each.subject), each.id) for each in again.findings]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("language", "says"),
    [("pl", "Linia Reception jest symulowana."), ("de", "Die Leitung Reception ist simuliert.")],
)
def test_json_and_text_speak_the_chosen_language(tmp_path: Path, language: str, says: str) -> None:
    options = ("--data", str(tmp_path / "data"), "--language", language)
    told = report(run(*options, "--json"))
    simulated = next(each for each in told.findings if each.id == "lines.simulated")
    assert (told.language, simulated.text) == (language, says)
    assert says in run(*options).stdout
    english = report(run("--data", str(tmp_path / "data"), "--json"))
    assert [each.id for each in english.findings] == [each.id for each in told.findings]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_can_be_said_in_every_language(language: str) -> None:
    for id, sentence in SENTENCES.items():
        values = {name: f"<{name}>" for name in NAMES.findall(sentence.english)}
        said = Finding(id, values).sentence(language)
        assert all(value in said for value in values.values()), said


def test_a_failure_is_exit_code_1_with_json_too(tmp_path: Path) -> None:
    done = run("--data", str(tmp_path / "data"), "--config", str(broken(tmp_path)), "--json")
    told = report(done)
    assert done.exit_code == 1
    assert {each.id for each in told.findings if each.level == "fail"} == {"configuration.mistake"}


def test_a_refusal_is_told_in_json_too(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.touch()
    later = Folders(tmp_path / "later")
    later.data.mkdir()
    later.layout.write_text("zgoda data folder, layout 99\n")
    for options, code in (
        (("--data", str(no_folder)), 2),
        (("--data", str(later.data)), 2),
        (("--data", str(tmp_path / "data"), "--recorder-user", "nobody-has-this-name"), 2),
        (("--data", str(tmp_path / "data"), "--language", "xx"), 2),
        (("--data", str(tmp_path / "data"), "--nonsense"), 2),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "appliance", "doctor", *options, "--json"],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        told = msgspec.json.decode(done.stdout, type=Report, strict=True)
        assert done.returncode == code
        assert told.refused, options
        assert (told.findings, told.counts) == ([], {"ok": 0, "warn": 0, "fail": 0})
        assert "Traceback" not in done.stderr


def test_json_tells_nothing_of_a_caller(trial_box: TrialBox) -> None:
    trial_box.call(Scene.ordinary("+48600555012", "1", name="Zofia Testowa", talk=1.0))
    assert trial_box.recordings()
    printed = run("--data", str(trial_box.folders.data), "--json").stdout
    for word in ("600555012", "600 555 012", "Zofia", *trial_box.recordings()):
        assert word not in printed


@pytest.mark.usefixtures("running")
def test_json_is_the_same_form_beside_a_running_recorder(folders: Folders) -> None:
    told = report(run("--data", str(folders.data), "--json"))
    assert "lines.heard" in {each.id for each in told.findings}


def test_a_failure_is_exit_code_1(tmp_path: Path) -> None:
    done = run("--data", str(tmp_path / "data"), "--config", str(broken(tmp_path)))
    assert done.exit_code == 1
    said = f"fail  configuration: The configuration holds a mistake: correct it. {tmp_path}/zgoda"
    assert done.stdout.startswith(said)


@pytest.mark.parametrize(("language", "says"), [("pl", "liczbę"), ("de", "Zahl")])
def test_what_a_finding_quotes_speaks_the_chosen_language(
    tmp_path: Path, language: str, says: str
) -> None:
    config = ("--config", str(broken(tmp_path)), "--language", language)
    told = report(run("--data", str(tmp_path / "data"), "--json", *config))
    days = next(each for each in told.findings if "retention_days" in each.text)
    assert says in days.text
    assert "Write" not in days.text
    assert [each.code for each in days.inside] == ["range"]


def test_each_mistake_of_a_configuration_is_a_failure(folders: Folders, tmp_path: Path) -> None:
    findings = list(Examination(broken(tmp_path), folders, ManualClock()).findings())
    mistakes = [each.text for each in findings if each.id == "configuration.mistake"]
    assert len(mistakes) == 2
    assert "did you mean country?" in mistakes[0]
    assert any(each.subject == "disk" for each in findings)  # what needs no configuration is told


def save(folders: Folders, text: str) -> Path:
    """Let the folder keep settings that were saved in the panel."""
    folders.settings_versions.mkdir(parents=True)
    for path in (folders.settings_now, folders.settings_versions / "000002.toml"):
        path.write_bytes(encode_kept(2, text))
    return folders.settings_now


def test_what_is_counted_are_the_settings_in_force(folders: Folders, tmp_path: Path) -> None:
    """And not those of a file that has no effect any more, mistaken or not."""
    text = trial_text()
    line = text[text.index("[[line]]") : text.index("[[purpose]]")]
    save(folders, text + line.replace("Reception", "Office", 1))
    for file in (None, broken(tmp_path), tmp_path / "none.toml"):
        told = found(folders, file)
        assert told["configuration.valid"] == "Valid; lines: 2, purposes: 2."
        assert "configuration.mistake" not in told


def test_settings_that_were_cut_are_told_and_the_file_is_looked_at(folders: Folders) -> None:
    now = save(folders, trial_text())
    copy = folders.settings_versions / "000002.toml"
    now.write_bytes(now.read_bytes()[:-100])
    assert "configuration.copied" in found(folders)
    copy.write_bytes(b"")
    told = found(folders)
    assert f"The file {now} was cut or changed by hand" in told["configuration.damaged"]
    assert str(copy) in told["configuration.damaged"]
    assert told["configuration.valid"] == "Valid; lines: 1, purposes: 2."


def test_who_may_not_read_the_settings_is_told_what_was_looked_at(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so the system's answer is put here."""
    save(folders, trial_text())

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(kept, "_bytes", refuse)
    assert found(folders)["configuration.denied"].startswith("trial.toml was looked at")


def test_a_line_whose_saved_devices_cannot_be_used_is_told_once(folders: Folders) -> None:
    save(folders, trial_text().replace('"exchange"', '"exchange", modem = "-1"', 1))
    told = [each.id for each in Examination(None, folders, ManualClock()).findings()]
    assert told.count("configuration.not_taken") == 1


def test_without_processes_everything_is_looked_at_here(folders: Folders) -> None:
    told = found(folders)
    assert told["processes.nothing_runs"].startswith("Zgoda is not running")
    assert told["lines.simulated"] == "Reception is simulated."
    assert told["vault.none"].startswith("Not set up yet")


@pytest.mark.usefixtures("running")
def test_a_running_recorder_is_asked_for_its_lines(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for copy in folders.keyring:
        copy.touch()
    monkeypatch.setattr(doctor, "panel_answers", lambda config: True)
    told = found(folders)
    assert told["lines.heard"] == "Reception is heard."
    assert "lines.simulated" not in told
    assert told["vault.sheet"] == "The recovery sheet was typed back."
    assert {id for id in told if id.startswith("processes.")} == {
        "processes.recorder_runs",
        "processes.keeper_runs",
        "processes.panel_runs",
    }


def test_a_part_that_is_missing_is_a_failure(folders: Folders) -> None:
    server = Server(folders.keeper_socket, answer, {os.getuid()})
    server.start()
    try:
        told = found(folders)
    finally:
        server.stop()
    assert "processes.recorder_away" in told
    assert "processes.keeper_runs" in told
    assert "processes.panel_away" in told
    assert "lines.simulated" in told  # so the lines are looked at here


def test_a_process_that_may_not_be_asked_is_no_missing_one(folders: Folders) -> None:
    server = Server(folders.keeper_socket, answer, {os.getuid() + 1})
    server.start()
    process = Process(folders.keeper_socket, "keeper")
    try:
        assert process.ask(GetBoxState()) is None
    finally:
        server.stop()
    assert process.there
    assert process.finding().text.startswith("The keeper runs, but this user may not ask it")


def test_another_users_process_is_no_running_one(folders: Folders) -> None:
    server = Server(folders.keeper_socket, answer, {os.getuid()})
    server.start()
    process = Process(folders.keeper_socket, "keeper", os.getuid() + 1)
    try:
        assert process.ask(GetBoxState()) is None
    finally:
        server.stop()
    finding = process.finding()
    assert (finding.id, finding.level) == ("processes.foreign", "fail")
    assert "is served by the user" in finding.text


def test_a_process_that_refuses_is_no_missing_one(folders: Folders) -> None:
    def refuse(operation: Operation[object], session: str | None, upload: bytes) -> Answer:
        raise Refused("forbidden")

    server = Server(folders.recorder_socket, refuse, {os.getuid()})
    server.start()
    process = Process(folders.recorder_socket, "recorder")
    try:
        assert process.ask(ExamineLines()) is None
    finally:
        server.stop()
    assert process.finding().id == "processes.denied"


def test_a_panel_is_known_by_its_port(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "panel_answers", panel_answers)
    text = trial_text()
    with socket.create_server(("127.0.0.1", 0)) as panel:
        port = panel.getsockname()[1]
        config = tmp_path / "zgoda.toml"
        config.write_text(f"{text}\n[panel]\nport = {port}\n")
        told = found(folders, config)
    assert told["processes.panel_runs"] == f"The panel answers at http://127.0.0.1:{port}/."
