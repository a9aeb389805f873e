"""Check what must hold between settings: purposes, bases, choices, drivers."""

from collections.abc import Mapping, Sequence

from appliance.config.drivers.driver import ROLES
from appliance.config.drivers.known import DRIVERS, declared, devices, number_at_device
from appliance.config.settings import LONGEST_CONSENT_DAYS, Basis, Line, Purpose
from appliance.config.table import Table
from appliance.config.validators import nearest

_ONLY_WITH_CONSENT = {
    "DE": frozenset({Basis.CONTRACT, Basis.PUBLIC_TASK, Basis.LEGITIMATE_INTERESTS}),
}
"""Country -> bases on which a call may not be recorded there after a notice alone."""


def check_purposes(tables: Sequence[Table], purposes: Sequence[Purpose], country: str) -> None:
    """Check the basis of each purpose, and that every id is unique."""
    _check_unique(tables, "id", [purpose.id for purpose in purposes])
    for table, purpose in zip(tables, purposes, strict=True):
        if not table.sound("basis"):
            continue
        _check_basis(table, purpose)
        if purpose.basis in _ONLY_WITH_CONSENT.get(country, ()):
            table.wrong("notice_unlawful", "basis")  # in Germany section 201 StGB


def _check_unique(tables: Sequence[Table], key: str, names: Sequence[str]) -> None:
    for at, (table, name) in enumerate(zip(tables, names, strict=True)):
        if name and name in names[:at]:
            table.wrong("again", key)


def _check_basis(table: Table, purpose: Purpose) -> None:
    basis = purpose.basis
    if basis.can_be_objected_to and not purpose.justification and "justification" not in table:
        table.wrong("missing", "justification", example='justification = "…"')
    if purpose.retention_days <= LONGEST_CONSENT_DAYS or not table.sound("justification"):
        return
    if basis is Basis.CONSENT:
        table.wrong("consent_days", "retention_days", most=LONGEST_CONSENT_DAYS)
    elif not purpose.justification:
        table.wrong("many_days", "retention_days", most=LONGEST_CONSENT_DAYS)


def check_lines(
    tables: Sequence[Table], lines: Sequence[Line], known: Mapping[str, Basis] | None
) -> None:
    """Check what each line may record and which keys agree to it.

    ``known`` is the basis of each purpose by its id; None if one of them is not known.
    """
    _check_unique(tables, "name", [line.name for line in lines])
    _check_devices(tables, lines)
    mixed = any(line.real for line in lines)
    for table, line in zip(tables, lines, strict=True):
        if mixed and line.simulated and not line.real:
            table.wrong("simulated_beside", "hook", "driver")
        _check_drivers(table, line)
        if known is None or not table.sound("purposes"):
            continue
        if _check_known(table, line, known) and table.sound("choices"):
            _check_choices(table, line, known)


def _check_devices(tables: Sequence[Table], lines: Sequence[Line]) -> None:
    """Check that no two lines share a device: each would hear, and say, what is the other's.

    A device of several lines may be shared: each of them has a number.
    """
    taken: dict[str, dict[int, Line]] = {}
    for table, line in zip(tables, lines, strict=True):
        for role, part in line.parts.items():
            for key, _, device in devices(role, part):
                shared = declared(role, part).shared_by
                if shared and not table.sound(role, shared):
                    continue
                users = taken.setdefault(device, {})
                number = number_at_device(role, part)
                owner = _owner(users, number)
                if owner is not None and owner is not line:
                    table.wrong("device_taken", role, key, line=owner.name)
                users.setdefault(number, line)


def _owner(users: Mapping[int, Line], number: int) -> Line | None:
    """Return the line that has what another one wants: the number, or the whole device."""
    if number == 0:
        return next(iter(users.values()), None)
    return users.get(number) or users.get(0)


def _check_drivers(table: Table, line: Line) -> None:
    """Check that the drivers of the three roles go together; a role is told of once."""
    told: set[str] = set()
    for driver in DRIVERS:
        own = {role: part for role, part in line.parts.items() if part.driver == driver.name}
        others = {role for role, part in line.parts.items() if part.driver not in {driver.name, ""}}
        if not own or told & own.keys():
            continue
        if driver.whole:
            for role in sorted(others - told, key=ROLES.index):
                table.wrong(driver.whole, role, "driver")
            told |= others
        options = {role: declared(role, part) for role, part in own.items()}
        if not all(map(table.sound, ROLES)):
            continue
        for each in driver.check(options, others):
            table.wrong(each.code, *each.place, **each.values)


def _check_known(table: Table, line: Line, known: Mapping[str, Basis]) -> bool:
    unknown = [name for name in line.purposes if name not in known]
    for name in unknown:
        if near := nearest(name, known):
            table.wrong("word_near", "purposes", wrong=name, near=near)
        else:
            table.wrong("no_purpose", "purposes", name=name)
    return not unknown


def _check_choices(table: Table, line: Line, known: Mapping[str, Basis]) -> None:
    consent = [name for name in line.purposes if known[name] is Basis.CONSENT]
    refusable = consent or any(known[name].can_be_objected_to for name in line.purposes)
    for key, agreed in line.choices.items():
        for name in agreed:
            if name not in consent:
                table.wrong("no_consent", "choices", key, name=name)
    refusing = [key for key, agreed in line.choices.items() if not agreed]
    if refusable and len(refusing) != 1:
        table.wrong("one_refuses", "choices", example='"2" = []')
    if not refusable and line.choices:
        table.wrong("nothing_refused", "choices")
    for name in consent:
        if not any(name in agreed for agreed in line.choices.values()):
            table.wrong("no_key", "choices", name=name, example=f'"1" = ["{name}"]')
