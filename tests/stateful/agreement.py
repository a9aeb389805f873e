"""Hold a box against the dictionary: lists, keys, days, holds, certificates, audit, people."""

from collections import Counter
from collections.abc import Iterable, Iterator

from appliance.clock import day_of
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, KeyLost
from appliance.keeper.audit.check import check
from appliance.keeper.audit.lines import readable
from appliance.keeper.time.judge import Question
from appliance.link.operations import Role
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import Ground, ListCalls, ShowCertificate
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.people import ListPeople
from appliance.model.certificate import IN_CALL
from appliance.model.records import Verdict
from appliance.vault.format import KEY_BYTES, RID_BYTES, Malformed, parse_header
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.shard import ENTRY_BYTES, OpenShard, open_shard
from appliance.vault.opening.unseal import open_ticket
from tests.stateful.box import Box
from tests.stateful.dictionary import SLACK, Call, most_ahead

FINDERS = (Role.LISTENER, Role.PRIVACY_OFFICER)


def agree(box: Box) -> None:
    """Compare everything; call it after each step."""
    take_note(box)
    _check_time(box)
    _check_calls(box)
    _check_list(box)
    _check_erased(box)
    _check_audit(box)
    _check_people(box)


def all_agree(box: Box) -> None:
    """Compare what is too slow for each step."""
    erased = [call for call in box.office.calls.values() if call.state == "erased"]
    keys = keys_in(box.folders)
    for call in erased:
        nothing_opens(call, keys)


# -- what the keeper did by itself -------------------------------------------------------------


def take_note(box: Box) -> None:
    """Note what was taken up and erased since the last step, if it may have been."""
    keyring, sealed = box.opened.keyring, _named(box, "sealed")
    for call in box.office.calls.values():
        entry = keyring.get(call.rid)
        if call.state == "closed" and entry is None and call.withdrawn:
            call.state, call.ground = "erasing", IN_CALL
        elif call.state == "closed" and entry is None:  # taken up and due within one step
            assert call.rid in sealed, "a call that nobody withdrew lost its key"
            _may_go(box, call)
            call.state, call.ground = "erasing", Ground.NO_LONGER_NEEDED.value
        elif call.state == "closed" and entry is not None and entry.due_day is not None:
            assert not call.withdrawn
            assert call.rid in sealed
            call.state = "living"
        elif call.alive and entry is None:
            _may_go(box, call)
            call.state, call.ground = "erasing", Ground.NO_LONGER_NEEDED.value


def _may_go(box: Box, call: Call) -> None:
    """Hold retention to its word: never early, never what is kept."""
    now = day_of(max(box.believed(), box.clock.true))
    assert not call.held
    assert not call.restricted
    assert now > call.least_day() + min(call.kept.values())
    assert now > day_of(call.true - SLACK) + max(call.kept.values())


def _named(box: Box, type: str) -> set[str]:
    return {e.rid for e, _ in readable(box.folders.audit) if e.type == type and e.rid}


# -- what must be so ---------------------------------------------------------------------------


def _check_time(box: Box) -> None:
    """A clock that lies moves the time on by little, and nothing but a person moves it back."""
    believed, true, office = box.believed(), box.clock.true, box.office
    assert believed <= true + most_ahead(office)
    assert believed >= office.least_time
    office.least_time = believed
    if office.confirmed == box.boot:
        assert believed >= true - 1


def _check_calls(box: Box) -> None:
    keyring, left = box.opened.keyring, []
    waits = box.opened.records.time.judged.question is Question.WAIT
    box.waited = waits or (box.waited and not box.swept)  # a sweep puts the dates right
    for call in box.office.living:
        entry = keyring.entry(call.rid)
        assert (entry.held, entry.restricted) == (call.held, call.restricted)
        assert box.sound(call) == call.digest
        _check_day(box, call)
        dated = entry.clock_ok or entry.began is not None
        if dated and not entry.kept and (entry.due_day or 0) < day_of(box.believed()):
            left.append(call.rid)
    waiting = box.opened.records.recordings.retention.waiting
    if box.swept and waiting is None:
        assert left == [], "due, and still there after a sweep"
    if box.swept and waiting is not None:
        days = Counter(keyring.entry(rid).due_day for rid in left)
        assert {day: count for day, count, _ in waiting.days} == days
    box.swept = False
    closed = {call.rid for call in box.office.calls.values() if call.state == "closed"}
    known = {rid for rid, _ in keyring.taken_up()}
    assert known == {call.rid for call in box.office.living}
    assert not known & closed


def _check_day(box: Box, call: Call) -> None:
    """Count back from the due day to the day on which the call began, as the box has it."""
    entry = box.opened.keyring.entry(call.rid)
    assert entry.due_day is not None
    days = [entry.due_day - length for length in call.lengths()]
    waits = box.opened.records.time.judged.question is Question.WAIT
    if not entry.clock_ok and entry.began is None:
        assert waits  # nothing is due by a date that nobody believes
        return
    most = call.most_day()
    if box.office.confirmed != call.boot:
        # It may have begun as late as the power may have been off before its boot.
        most = max(most, day_of(box.believed()) + 1)
    assert any(day >= call.least_day() for day in days), (call, entry)
    # While nobody knows how long the power was off, the recorder's later dates count.
    assert box.waited or any(call.least_day() <= day <= most for day in days), (call, entry)
    if box.office.confirmed == call.boot == box.boot and call.honest and not box.office.lied:
        near = {day_of(call.true - SLACK), day_of(call.true + SLACK)}
        assert near & set(days), (call, entry)


def _check_list(box: Box) -> None:
    who = box.office.with_role(*FINDERS)
    if who is None:
        return
    found = box.ask(ListCalls(per_page=200), who)
    listed = {one.recording: one for one in found.calls}
    assert len(listed) == found.total
    assert found.unreadable == ()
    rows = {row[0].rid: row for row in box.office.rows()}
    assert listed.keys() == rows.keys()
    for rid, row in rows.items():
        one, days = listed[rid], [box.opened.keyring.entry(part.rid).due_day for part in row]
        for part in row:
            part.listed = True
        assert one.held == any(part.held for part in row)
        assert one.restricted == any(part.restricted for part in row)
        whole = all(part.complete for part in row)
        assert one.verdict is (Verdict.COMPLETE if whole else Verdict.CUT)
        assert set(one.purposes) == {purpose for part in row for purpose in part.kept}
        assert one.due_day == max(day or 0 for day in days)


def _check_erased(box: Box) -> None:
    who = box.office.with_role(Role.PRIVACY_OFFICER)
    gone = [call for call in box.office.calls.values() if call.gone]
    fresh = []
    for call in gone:
        assert call.rid not in box.opened.keyring
        if call.rid in _named(box, "erased") and call.state == "erasing":
            call.state = "erased"
            fresh.append(call)
        if call.state == "erased":
            assert not (box.folders.recordings / call.rid).exists()
            assert not (box.folders.withdrawn / call.rid).exists()
    for call in gone[-8:] if who else ():
        made = box.ask(ShowCertificate(call.rid), who)
        assert (made.state, made.ground, made.level) == (call.state, call.ground, "E0")
        assert (made.seq > 0) == (made.state == "erased")
    if fresh:
        keys = keys_in(box.folders)
        for call in fresh:
            nothing_opens(call, keys)


def keys_in(folders: Folders) -> list[bytes]:
    """Return every private key that anything in a data folder still leads to."""
    found: set[bytes] = set()
    eraser = FileEraser(folders.root)
    for path in folders.keyring:
        try:
            _, _, content = open_keyring(path.read_bytes(), eraser)
        except (FileFormatError, KeyLost):
            continue
        for sid, key in content.shards.items():
            for file in folders.keys.glob(f"{sid.hex()}.*"):
                for generation in {key.generation, int(file.name.split(".")[1])}:
                    try:
                        shard = open_shard(key.key, sid, generation, file.read_bytes())
                    except FileFormatError:
                        continue
                    found.update(keys_of(shard))
    return sorted(found)


def keys_of(shard: OpenShard) -> Iterator[bytes]:
    """Yield every private key of a shard."""
    for at in range(RID_BYTES, len(shard.plain), ENTRY_BYTES):
        yield bytes(shard.plain[at : at + KEY_BYTES])


def nothing_opens(call: Call, keys: Iterable[bytes]) -> None:
    """Try every key on the sealed file of an erased call."""
    if not call.file:
        return  # its header was overwritten before anybody could copy it
    header = parse_header(call.file[:4096])
    for key in keys:
        try:
            open_ticket(header, key)
        except Malformed:
            continue
        raise AssertionError("an erased call opens")


def _check_audit(box: Box) -> None:
    keyring = box.opened.keyring
    found = check(box.folders.audit, box.opened.audit.public_key, keyring.anchor)
    assert found.sound, found.problem
    sealed = [e.rid for e, _ in readable(box.folders.audit) if e.type == "sealed"]
    assert len(sealed) == len(set(sealed))


def _check_people(box: Box) -> None:
    assert box.ask(GetBoxState()).locked != box.office.unlocked()
    content = box.opened.keyring.content
    people = {
        entry.name: (entry.id, frozenset(entry.roles), entry.totp, entry.one_time_until)
        for entry in content.operators.values()
    }
    known = {
        name: (one.operator, frozenset(one.roles), bool(one.totp), one.one_time_until)
        for name, one in box.office.people.items()
    }
    assert people == known
    who = box.office.with_role(Role.ADMINISTRATOR)
    if who is not None:
        shown = {one.name: (one.totp, one.one_time) for one in box.ask(ListPeople(), who).people}
        assert shown == {
            n: (bool(p.totp), p.one_time_until > 0) for n, p in box.office.people.items()
        }
        rows = box.ask(GetCounts(days=3660), who).rows
        assert sum(row[-1] for row in rows) == box.office.notes
    for name, session in list(box.office.sessions.items()):
        caller = box.keeper._box.sessions.find(session.token, touch=False)
        assert caller.name == name
