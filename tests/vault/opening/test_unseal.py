import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.model.records import RecordingEnd, RecordingMark, Verdict
from appliance.signals.pcm import decode_alaw
from appliance.vault.format import (
    FRAME_BYTES,
    HEADER_BYTES,
    FormatFault,
    Frame,
    FrameType,
    Malformed,
)
from appliance.vault.opening.unseal import Reader, open_ticket, read_header
from tests.recorded import recorded
from tests.samples import META, ORIGIN, RECEIPT, RULE
from tests.vaults import TICKET, Vault, damage, make_vault
from tests.vectors.impossible import SEALED
from tests.vectors.office import Office

same_folder = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


OPENING = TICKET.opening
"""Frames before the first that holds sound: META, CONSENT, and one of RULE."""


def offset(index: int) -> int:
    return HEADER_BYTES + index * FRAME_BYTES


def test_what_was_said_comes_back(vault: Vault) -> None:
    file = vault.begin()
    file.audio(0, b"\x11" * 800)
    file.mark(RecordingMark(kind="pause", sample=800, samples=8000))
    file.audio(8800, b"\x22" * 4000)
    file.end(RecordingEnd(samples=12800, reason="hung_up"))
    with vault.open(file.rid) as reader:
        assert (reader.meta, reader.receipt, reader.ticket) == (META, RECEIPT, TICKET)
        assert (reader.rule, reader.signer) == (RULE, ORIGIN.public)
        assert (reader.channels, reader.samples, reader.blocks) == (1, 12800, 7)
        survey = reader.survey
    assert survey.end == RecordingEnd(samples=12800, reason="hung_up")
    assert survey.marks == (RecordingMark(kind="pause", sample=800, samples=8000),)
    assert (survey.frames, survey.holes, survey.verdict) == (7, (), Verdict.COMPLETE)


def test_retention_reads_the_ticket_without_the_reading_key(vault: Vault) -> None:
    sealed = vault.record()
    header = read_header(vault.path(sealed.rid))
    ticket = open_ticket(header, vault.keyring.private(sealed.rid))
    assert ticket.fields == TICKET
    assert header.rid.hex() == sealed.rid


def test_both_keys_are_needed_and_only_the_right_ones_open(vault: Vault) -> None:
    first, second = vault.record(), vault.record()
    with pytest.raises(Malformed, match="recording's key"):
        Reader.open(vault.path(first.rid), vault.reading, vault.keyring.private(second.rid))
    with pytest.raises(Malformed, match="office's reading key"):
        Reader.open(vault.path(first.rid), os.urandom(32), vault.keyring.private(first.rid))


def test_closing_twice_is_harmless_and_leaves_no_key(vault: Vault) -> None:
    reader = vault.open(vault.record().rid)
    reader.close()
    reader.close()
    assert not any(reader._payload_key)


@same_folder
@given(
    channels=st.sampled_from([1, 2]),
    pieces=st.lists(
        st.tuples(st.integers(0, 9000), st.integers(1, 2000), st.booleans()), max_size=12
    ),
    cuts=st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 9000)), max_size=6),
    data=st.data(),
)
def test_any_stretch_reads_as_it_was_written(
    vault: Vault,
    channels: int,
    pieces: list[tuple[int, int, bool]],
    cuts: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    file = vault.begin(channels)
    sound = np.zeros((channels, 120_000), np.int16)
    position = 0
    for gap, count, marked in pieces:
        position += gap
        codes = os.urandom(count * channels)
        file.audio(position, codes)
        sound[:, position : position + count] = decode_alaw(codes).reshape(channels, count)
        position += count
        if marked:
            file.mark(RecordingMark(kind="blank", sample=position))
    if data.draw(st.booleans()):
        file.end(RecordingEnd(samples=position, reason="hung_up"))
    file.close()
    with vault.open(file.rid) as reader:
        assert reader.samples == position
        for start, count in [*cuts, (0, position)]:
            assert np.array_equal(reader.read(start, count), sound[:, start : start + count])
    os.truncate(vault.path(file.rid), 0)


def test_every_truncation_gives_exactly_the_whole_frames(vault: Vault) -> None:
    sealed = vault.record(blocks=8)
    path = vault.path(sealed.rid)
    raw = path.read_bytes()
    key = vault.keyring.private(sealed.rid)
    lengths = {HEADER_BYTES + step for step in range(0, len(raw) - HEADER_BYTES, 331)}
    lengths |= {offset(index) + delta for index in range(12) for delta in (-1, 0, 1)} - {4095}
    assert len(lengths) > 120
    for length in sorted(lengths - {len(raw)}):
        path.write_bytes(raw[:length])
        whole = (length - HEADER_BYTES) // FRAME_BYTES
        with Reader.open(path, vault.reading, key) as reader:
            survey = reader.survey
            assert survey.frames == whole
            assert survey.samples == max(0, whole - OPENING) * 4000
            assert (survey.verdict, survey.holes, survey.end) == (Verdict.CUT, (), None)
            assert reader.samples == survey.samples


@pytest.mark.parametrize("length", [0, 1, 7, 8, 100, HEADER_BYTES - 1])
def test_less_than_a_header_is_short(vault: Vault, length: int) -> None:
    sealed = vault.record()
    path = vault.path(sealed.rid)
    os.truncate(path, length)
    with pytest.raises(Malformed) as caught:
        vault.open(sealed.rid)
    assert caught.value.failure is FormatFault.SHORT


@same_folder
@given(st.integers(0, HEADER_BYTES * 8 - 1))
def test_every_flip_in_the_header_is_noticed(flipped: Vault, bit: int) -> None:
    rid = recorded(flipped.folders)[0].name
    damage(flipped.path(rid), bit // 8, 1 << bit % 8)
    try:
        with pytest.raises(Malformed):
            flipped.open(rid)
    finally:
        damage(flipped.path(rid), bit // 8, 1 << bit % 8)


@same_folder
@given(st.integers(0, 9 * FRAME_BYTES * 8 - 1))
def test_every_flip_in_a_frame_is_found_where_it_is(flipped: Vault, bit: int) -> None:
    rid = recorded(flipped.folders)[0].name
    index = bit // 8 // FRAME_BYTES
    damage(flipped.path(rid), HEADER_BYTES + bit // 8, 1 << bit % 8)
    try:
        with flipped.open(rid) as reader:
            survey = reader.survey
            assert survey.verdict is Verdict.DAMAGED
            assert survey.damaged == (index,)
            expected = ((4000 * (index - OPENING), 4000),) if index >= OPENING else ()
            assert survey.holes == expected
            with pytest.raises(Malformed, match=f"Frame {index} is damaged"):
                reader.frame(index)
    finally:
        damage(flipped.path(rid), HEADER_BYTES + bit // 8, 1 << bit % 8)


@pytest.fixture(scope="module")
def flipped(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    vault = make_vault(tmp_path_factory.mktemp("flipped"))
    vault.record(blocks=6)
    return vault


def test_flips_in_the_last_frame_make_a_cut(flipped: Vault) -> None:
    rid = recorded(flipped.folders)[0].name
    damage(flipped.path(rid), offset(9) + 50)
    with flipped.open(rid) as reader:
        assert reader.survey.verdict is Verdict.CUT
        assert reader.survey.junk == 1
    damage(flipped.path(rid), offset(9) + 50)


@pytest.mark.parametrize(("one", "other"), [(3, 4), (3, 7), (0, 1), (5, 6)])
def test_frames_changed_over_are_found_where_they_are(vault: Vault, one: int, other: int) -> None:
    sealed = vault.record(blocks=6)
    path = vault.path(sealed.rid)
    raw = bytearray(path.read_bytes())
    first, second = offset(one), offset(other)
    raw[first : first + FRAME_BYTES], raw[second : second + FRAME_BYTES] = (
        raw[second : second + FRAME_BYTES],
        raw[first : first + FRAME_BYTES],
    )
    path.write_bytes(raw)
    with vault.open(sealed.rid) as reader:
        assert reader.survey.damaged == (one, other)
        assert reader.survey.verdict is Verdict.DAMAGED


def test_holes_are_silence_and_the_rest_plays_on(vault: Vault) -> None:
    sealed = vault.record(blocks=10)
    path = vault.path(sealed.rid)
    for index in (5, 6, 8):
        damage(path, offset(index) + 9)
    expected = np.concatenate([decode_alaw(bytes([index]) * 4000) for index in range(10)])
    for index in (5, 6, 8):
        expected[(index - OPENING) * 4000 : (index - OPENING + 1) * 4000] = 0
    with vault.open(sealed.rid) as reader:
        assert reader.survey.holes == ((8000, 8000), (20000, 4000))
        for start in range(0, 40_000, 1999):
            got = reader.read(start, 5000)[0, : 40_000 - start]
            assert np.array_equal(got, expected[start : start + 5000])


def test_damaged_meta_and_receipt_are_said_to_be_damaged(vault: Vault) -> None:
    sealed = vault.record()
    damage(vault.path(sealed.rid), offset(0) + 9)
    damage(vault.path(sealed.rid), offset(1) + 9)
    damage(vault.path(sealed.rid), offset(2) + 9)
    with vault.open(sealed.rid) as reader:
        assert reader.survey.rule is None
        for ask in (lambda: reader.meta, lambda: reader.receipt, lambda: reader.rule):
            with pytest.raises(Malformed) as caught:
                ask()
            assert caught.value.failure is FormatFault.FRAME
        assert reader.read(0, 100).shape == (1, 100)


def test_seeking_opens_few_frames(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = vault.record(blocks=500)
    with vault.open(sealed.rid) as reader:
        opened: list[int] = []
        whole = reader.frame

        def counted(index: int) -> Frame:
            opened.append(index)
            return whole(index)

        monkeypatch.setattr(reader, "frame", counted)
        assert reader.samples == 2_000_000
        got = reader.read(4000 * 321 + 17, 100)
        assert np.array_equal(got[0], decode_alaw(bytes([321 % 256]) * 100))
    assert len(opened) <= 13


def test_a_recording_that_grows_is_read_as_far_as_it_reached(vault: Vault) -> None:
    file = vault.begin()
    file.audio(0, b"\x01" * 4000)
    with vault.open(file.rid) as reader:
        file.audio(4000, b"\x02" * 4000)
        assert reader.samples == 4000
        assert reader.survey.verdict is Verdict.CUT
    file.close()


def test_a_recording_without_frames_is_nothing_but_opens(vault: Vault) -> None:
    sealed = vault.record()
    os.truncate(vault.path(sealed.rid), HEADER_BYTES)
    with vault.open(sealed.rid) as reader:
        assert reader.samples == 0
        assert not reader.read(0, 10).any()


def test_when_the_end_is_damaged_the_length_is_found_by_walking(vault: Vault) -> None:
    sealed = vault.record(blocks=3)
    damage(vault.path(sealed.rid), offset(6) + 1)
    with vault.open(sealed.rid) as reader:
        assert reader.samples == 12_000
        assert reader.peek(6) is None
        assert reader.frame(4).type is FrameType.AUDIO


def test_a_frame_that_says_what_cannot_be_stops_a_seek(vault: Vault, tmp_path: Path) -> None:
    office = Office()
    path = tmp_path / "odd"
    path.write_bytes(office.file(SEALED["frame_type"], office.header()))
    keys = office.reading.private_bytes_raw(), office.recording.private_bytes_raw()
    with Reader.open(path, *keys) as reader, pytest.raises(Malformed, match="unknown type 7"):
        reader.read(0, 10)
