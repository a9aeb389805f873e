"""Engines speak in a child without a network, and only voices that may be used are offered."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from appliance.errors import PromptError
from appliance.model.audio import RATE
from appliance.model.sentences.lacking import Lacking
from appliance.prompts.levels import active_end
from appliance.prompts.voices import choose, engine, respelt, rhvoice
from appliance.prompts.voices.engine import Engine, Voice, run_in_cell
from appliance.prompts.voices.espeak import find_espeak
from appliance.prompts.voices.pico import find_pico
from appliance.prompts.voices.piper import SIZES, TRIAL, amiss, find_piper, read_piper, tried
from appliance.prompts.voices.respelt import find_respelt, respell, spelt
from appliance.prompts.voices.rhvoice import find_rhvoice
from tests.prompts.engines import GOOD, NAME, Programs, bring, put_on_path

SOCKETS = """
import socket, subprocess, sys
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind)
        except PermissionError as error:
            assert error.errno == 13
        else:
            sys.exit(f"{family} {kind} opened")
one, other = socket.socketpair()
one.send(b"x")
assert other.recv(1) == b"x"
if len(sys.argv) == 1:
    subprocess.run([sys.executable, __file__, "again"], check=True)
    print("closed")
"""


def test_the_child_and_its_children_reach_no_network(tmp_path: Path) -> None:
    program = tmp_path / "sockets.py"
    program.write_text(SOCKETS, "utf-8")
    assert run_in_cell([sys.executable, str(program)]) == b"closed\n"


def test_this_process_keeps_its_network() -> None:
    import socket  # noqa: PLC0415 - beside what the child may not

    run_in_cell([sys.executable, "-c", "pass"])
    socket.socket(socket.AF_INET).close()


def test_a_program_that_fails_is_one_sentence() -> None:
    with pytest.raises(PromptError, match=r"no-such-engine reports: FileNotFoundError"):
        run_in_cell(["no-such-engine"])
    with pytest.raises(PromptError, match=r"python\S* reports: it is broken\."):
        run_in_cell([sys.executable, "-c", "import sys; sys.exit('it is broken')"])


def test_a_program_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LONGEST_SECONDS", 0.5)
    with pytest.raises(PromptError, match="took too long and was stopped"):
        run_in_cell([sys.executable, "-c", "import signal; signal.pause()"])


@pytest.mark.voices
@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_espeak_speaks_with_a_warning(language: str) -> None:
    (voice,) = find_espeak(language)

    sound = voice.speak("Dwa, two, zwei. -x", language)

    assert voice.voice.warning == Lacking("voice_poor")
    assert sound.dtype == np.int16
    assert 0.5 < sound.size / RATE < 6
    assert 0 <= sound.size - active_end(sound) < 40
    assert voice.speak("Dwa, two, zwei. -x", language, 1.1).size < sound.size


@pytest.mark.voices
def test_rhvoice_speaks_and_again_the_same_bit_for_bit() -> None:
    natan = find_rhvoice("pl")[0]
    assert (natan.voice.name, natan.voice.licence) == ("Natan", "public domain")

    one, other = (natan.speak("jedynkę.", "pl") for _ in range(2))

    assert np.array_equal(one, other)
    assert 0.3 < one.size / RATE < 1.2
    assert natan.speak("jedynkę.", "pl", 1.1).size < one.size


@pytest.mark.voices
def test_voices_that_an_office_may_not_use_are_never_offered() -> None:
    never = {"cezary", "evgeniy-eng", "lyubov"}
    installed = {path.name for path in (rhvoice.DATA / "voices").iterdir()}
    languages = ("pl", "en", "de")
    found = [each.voice for language in languages for each in choose.voices(language)]
    offered = {each.name.casefold() for each in found}
    assert installed & never, "they are in the very packages"
    assert not offered & never
    for name in ("Cezary", "cezary"):
        with pytest.raises(PromptError, match=f"has no voice {name} for “pl”"):
            choose.choose("pl", name)


def test_without_rhvoice_its_voices_are_not_there(tmp_path: Path) -> None:
    assert find_rhvoice("pl", tmp_path) == []


@pytest.mark.voices
def test_a_polish_voice_reads_german_as_a_draft() -> None:
    (reader,) = find_respelt("de")
    assert reader.voice.name == "Natan-German"
    assert reader.voice.warning == Lacking("voice_accent")
    assert respell("Guten Tag, drücken Sie bitte die Eins.") == (
        "gutyn tak, drikyn zi bity di ajns."
    )
    assert reader.speak("die Eins.", "de").size > RATE // 3
    assert find_respelt("pl") == []


@pytest.mark.parametrize(
    ("sounds", "letters"),
    [
        ("ɡ_ˈuː_t_ə_n", "gutyn"),
        ("ts_v_ˈaɪ", "cwaj"),
        ("n_ˈɔø_n", "nojn"),
        ("ʃ_ˈuː_l_ʊ_ŋ", "szulung"),
        ("p_ɾ_ˈyː_f_ʊ_ŋ", "priufung"),
        ("(en)_t_ˈiː_m_z_(de)", "timz"),
        ("ç", "ch"),
        ("ɧ", ""),
    ],
)
def test_german_sounds_in_polish_letters(sounds: str, letters: str) -> None:
    assert spelt(sounds) == letters


def test_the_best_voice_comes_first_and_none_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(choose, "find_rhvoice", lambda _: [])
    monkeypatch.setattr(choose, "find_respelt", lambda _: [])
    assert find_espeak("pl") == []
    assert find_pico("de") == []
    with pytest.raises(PromptError, match="has no voice for “German”: install RHVoice"):
        choose.choose("de")


# -- a voice that the owner brought ----------------------------------------------------------------


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return put_on_path(tmp_path / "bin", monkeypatch)


def natan(language: str) -> list[rhvoice.RHVoice]:
    """RHVoice as if it were installed: Polish and English, no German."""
    voice = Voice("RHVoice", "Natan", "1", "public domain", language)
    return [rhvoice.RHVoice(voice)] if language != "de" else []


def test_engines_come_in_their_order(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RHVoice, the owner's Piper voice, pico, a Polish voice that reads German, espeak-ng last."""
    monkeypatch.setattr(choose, "find_rhvoice", natan)
    monkeypatch.setattr(respelt, "find_rhvoice", natan)
    owners = tmp_path / "voices"
    owners.mkdir()
    for language, country in (("pl", "PL"), ("en", "GB"), ("de", "DE")):
        described = GOOD | {"language": {"code": f"{language}_{country}"}}
        bring(owners, f"{language}_{country}-somebody-medium.onnx", described=described)
    order = {
        language: [each.voice.engine for each in choose.voices(language, owners)]
        for language in ("pl", "en", "de")
    }
    assert order == {
        "pl": ["RHVoice", "piper", "espeak-ng"],
        "en": ["RHVoice", "piper", "pico", "espeak-ng"],
        "de": ["piper", "pico", "RHVoice", "espeak-ng"],
    }
    assert choose.choose("de", "", owners).voice.engine == "piper"
    assert choose.choose("de").voice.engine == "pico"
    assert choose.choose("pl", "PL+F3", owners).voice.engine == "espeak-ng"


def test_a_piper_voice_speaks_in_a_child_without_a_network(
    programs: Programs, tmp_path: Path
) -> None:
    model = bring(tmp_path)
    (piper,) = find_piper("pl", tmp_path)
    assert find_piper("de", tmp_path) == []
    sound = piper.speak("Dobrze,\nnie nagrywamy.", "pl", 1.25)
    assert sound.size / RATE == pytest.approx(3 * 4000 / 22050, abs=0.02)
    said = programs.said("piper").splitlines()
    assert said[:4] == ["--model", str(model), "--length-scale", "0.800"]
    assert said[-2:] == ["Dobrze, nie nagrywamy.", ""], "one line is one sentence"


@pytest.mark.parametrize(
    ("find", "program"), [(find_pico, "pico2wave"), (find_espeak, "espeak-ng")]
)
def test_other_programs_speak_the_words_that_they_are_given(
    programs: Programs, find: Callable[[str], Sequence[Engine]], program: str
) -> None:
    (engine,) = find("de")
    sound = engine.speak("Keine Aufnahme & <mehr>.", "de")
    assert sound.size > RATE // 2
    assert "Keine Aufnahme" in programs.said(program)
    assert ("<" in programs.said(program)) == (program == "espeak-ng"), "pico reads marks"


def test_a_voice_is_tried_with_a_sentence(programs: Programs, tmp_path: Path) -> None:
    bring(tmp_path)
    (piper,) = find_piper("pl", tmp_path)
    assert tried(piper).size > RATE // 2
    assert TRIAL["pl"] in programs.said("piper")
    programs.breaks("piper")
    with pytest.raises(PromptError, match=r"program piper reports: this is no model\."):
        tried(piper)


def test_no_voice_is_left_out_without_a_word(programs: Programs, tmp_path: Path) -> None:
    bring(tmp_path, "pl_PL-good-medium.onnx")
    bring(tmp_path, "gosia.onnx")
    bring(tmp_path, "fr_FR-siwis-medium.onnx")
    bring(tmp_path, size=100)
    assert [each.voice.name for each in find_piper("pl", tmp_path)] == ["pl_PL-good-medium"]
    told = amiss(tmp_path)
    assert told == [
        Lacking("voice_name", {"file": "fr_FR-siwis-medium.onnx"}),
        Lacking("voice_name", {"file": "gosia.onnx"}),
        Lacking("voice_size", {"file": NAME}),
    ]
    assert amiss(None) == amiss(tmp_path / "nowhere") == []


def test_voices_that_nothing_can_speak_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("appliance.prompts.voices.piper.find_spec", lambda _: None)
    bring(tmp_path)
    assert find_piper("pl", tmp_path) == []
    (told,) = amiss(tmp_path)
    assert told.code == "no_piper"


def test_a_piper_voice_is_known_by_name_size_and_description(tmp_path: Path) -> None:
    piper = read_piper(bring(tmp_path))
    assert (piper.voice.engine, piper.voice.name) == ("piper", "pl_PL-gosia-medium")
    assert piper.voice.language == "pl"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda at: bring(at, "gosia.onnx"), "is not named like"),
        (lambda at: bring(at, "pl_PL-gosia;rm-medium.onnx"), "is not named like"),
        (lambda at: bring(at, size=100), "has not the size of a voice"),
        (lambda at: bring(at, size=SIZES[-1] + 1), "has not the size of a voice"),
        (lambda at: bring(at, described="{"), "does not describe a Piper voice"),
        (lambda at: bring(at, described="[" * 100_000), "does not describe a Piper voice"),
        (lambda at: bring(at, described="x" * 1_000_001), "does not describe"),
        (lambda at: bring(at, described=GOOD | {"audio": {"sample_rate": 1}}), "does not describe"),
        (lambda at: bring(at, described=GOOD | {"phoneme_id_map": {}}), "does not describe"),
        (lambda at: bring(at, described=GOOD | {"language": {"code": "de_DE"}}), "speaks “de_DE”"),
    ],
)
def test_what_is_no_piper_voice_is_told(
    make: Callable[[Path], Path], said: str, tmp_path: Path
) -> None:
    with pytest.raises(PromptError, match=said):
        read_piper(make(tmp_path))


def test_a_model_without_its_description_is_told(tmp_path: Path) -> None:
    model = bring(tmp_path)
    model.with_name(f"{NAME}.json").unlink()
    with pytest.raises(PromptError, match="put it beside the model"):
        read_piper(model)
