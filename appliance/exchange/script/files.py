"""Read scenes from TOML files: shipped ones by name, others by path.

``docs/scenes-format.md`` is the specification. All mistakes of a file are reported together.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from appliance import toml
from appliance.errors import LineError, in_short
from appliance.exchange.scene import PARTY_AT, WHO_DOES, By, Do, On, Scene, SceneAct, greetings
from appliance.model.audio import RATE
from appliance.model.sentences.faults import in_words, noted
from appliance.structs import convert

_FIELDS: Mapping[str, Any] = {
    field.name: field.type
    for field in msgspec.structs.fields(Scene)
    if field.name not in {"name", "acts", "before"}
}
_TABLES: Mapping[str, type[msgspec.Struct]] = {
    name: each
    for name, kind in _FIELDS.items()
    for each in (kind, *get_args(kind))  # Expected | None is a table, too
    if isinstance(each, type) and issubclass(each, msgspec.Struct)
}
_IN_VARIANTS = (*_FIELDS, "act", "before", "greetings")
_KNOWN = (*_IN_VARIANTS, "variant")
_TONES = ("dial", "ringback", "busy", "congestion", "sit", "call_waiting")
_DEEPEST = 3  # calls before calls before calls

_S = TypeVar("_S", bound=msgspec.Struct)
_Table = dict[str, Any]


def scene_names() -> list[str]:
    """Return the names of all shipped scenes, each with its variants as ``NAME:VARIANT``."""
    names = []
    for entry in _folder().iterdir():
        if entry.name.endswith(".toml"):
            name = entry.name.removesuffix(".toml")
            variants = tomllib.loads(entry.read_text("utf-8")).get("variant", {})
            names += [name, *(f"{name}:{variant}" for variant in variants)]
    return sorted(names)


def named_scene(name: str) -> Scene:
    """Return a shipped scene, or with ``NAME:VARIANT`` a variant of it.

    Raises:
        LineError: no scene has that name.
    """
    return _named(name, 0)


def find_scene(name_or_file: str) -> Scene:
    """Return a shipped scene by its name, or the scene in a TOML file.

    Raises:
        LineError: there is neither, or the file holds mistakes; all of them are in the message.
    """
    path = Path(name_or_file)
    if path.suffix != ".toml":
        return named_scene(name_or_file)
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise LineError(in_words("file_unread", path=path, detail=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise LineError(in_words("not_utf8_file", path=path)) from error
    return parse_scene(path.stem, text)


def parse_scene(name: str, text: str, variant: str = "", *, depth: int = 0) -> Scene:
    """Read a scene, or one variant of it, from the text of its file.

    Raises:
        LineError: the text holds mistakes; all of them are in the message, a line each.
    """
    try:
        document = toml.loads(text)
    except toml.MISTAKE as error:
        raise LineError(
            noted("scene_wrong", f"The scene {name} is no TOML: {error}.", name=name)
        ) from error
    return _Reading(name, depth).scene(document, variant)


def _folder() -> Traversable:
    return resources.files("appliance.exchange") / "scenes"


def _named(name: str, depth: int) -> Scene:
    base, _, variant = name.partition(":")
    file = _folder() / f"{base}.toml"
    if not base.replace("_", "-").replace("-", "").isalnum() or not file.is_file():
        if near := difflib.get_close_matches(name, scene_names(), 1):
            raise LineError(in_words("no_scene_near", name=name, near=near[0]))
        raise LineError(in_words("no_scene", name=name))
    return parse_scene(base, file.read_text("utf-8"), variant, depth=depth)


def _nearest(wrong: str, known: list[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(wrong, known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


class _Reading:
    """One file, and the mistakes found in it so far."""

    def __init__(self, name: str, depth: int) -> None:
        self._name = name
        self._depth = depth
        self._mistakes: list[str] = []

    def scene(self, document: _Table, variant: str) -> Scene:
        variants = document.pop("variant", {})
        self._refuse_unknown("", document, _KNOWN)
        if not isinstance(variants, dict):
            self._mistakes.append("variant: tables [variant.NAME] are meant")
            variants = {}
        if variant:
            self._apply(document, variants, variant)
        acts = tuple(self._acts(document.pop("act", [])))
        if self._value("greetings", document.pop("greetings", True), bool):
            acts = (*greetings(), *acts)
        before = tuple(self._before(document.pop("before", [])))
        fields = self._fields(document)
        if "about" not in fields:
            self._mistakes.append("about: missing; say in a sentence what happens")
        self._check_hanging(acts)
        if self._mistakes:
            mistakes = "\n".join(f"  {in_short(mistake)}" for mistake in self._mistakes)
            raise LineError(
                noted(
                    "scene_wrong",
                    f"The scene {in_short(self._name)} holds mistakes:\n{mistakes}",
                    name=self._name,
                )
            )
        name = f"{self._name}:{variant}" if variant else self._name
        return Scene(name=name, acts=acts, before=before, **fields)

    def _apply(self, document: _Table, variants: _Table, variant: str) -> None:
        """Lay a variant's changes over the scene."""
        if variant not in variants:
            near = _nearest(variant, list(variants))
            self._mistakes.append(f"variant: there is none called {variant!r}{near}")
            return
        document.pop("today", None)  # of the scene itself
        for key, change in variants[variant].items():
            if key == "act":
                self._apply_acts(document.get("act", []), change)
            elif isinstance(change, dict) and key not in {"expect", "today"}:
                document[key] = document.get(key, {}) | change
            else:
                document[key] = change
        self._refuse_unknown(f"variant.{variant}.", variants[variant], _IN_VARIANTS)

    def _apply_acts(self, acts: list[_Table], changes: Mapping[str, _Table]) -> None:
        for act_id, change in changes.items():
            changed = [act for act in acts if act.get("id") == act_id]
            if not changed:
                self._mistakes.append(f"variant: no act has the id {act_id!r}")
            for act in changed:
                act.update(change)

    def _fields(self, document: _Table) -> _Table:
        fields: _Table = {}
        for key, value in document.items():
            if key in _TABLES:
                fields[key] = self._table(key, value, _TABLES[key])
            elif key in _FIELDS:
                fields[key] = self._value(key, value, _FIELDS[key])
        return fields

    def _table(self, where: str, table: object, kind: type[_S]) -> _S | None:
        if not isinstance(table, dict):
            self._mistakes.append(f"{where}: a table is meant")
            return None
        known = {field.name: field for field in msgspec.structs.fields(kind)}
        before = len(self._mistakes)
        self._refuse_unknown(f"{where}.", table, tuple(known))
        values = {
            key: self._value(f"{where}.{key}", value, known[key].type)
            for key, value in table.items()
            if key in known
        }
        for key, field in known.items():
            if field.required and key not in table:
                self._mistakes.append(f"{where}.{key}: missing")
        return kind(**values) if len(self._mistakes) == before else None

    def _value(self, where: str, value: object, kind: Any) -> Any:
        try:
            return convert(value, kind)
        except msgspec.ValidationError as error:
            self._mistakes.append(f"{where}: {error}")
            return None

    def _refuse_unknown(self, where: str, table: _Table, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                self._mistakes.append(f"{where}{key}: unknown{_nearest(key, known)}")

    def _acts(self, tables: object) -> Iterator[SceneAct]:
        if not isinstance(tables, list):
            self._mistakes.append("act: an array of tables [[act]] is meant")
            return
        for number, table in enumerate(tables, 1):
            if isinstance(table, dict) and str(table.get("by")) in PARTY_AT:
                table = table | {"by": PARTY_AT[table["by"]]}  # noqa: PLW2901
            act = self._table(f"act {number}", table, SceneAct)
            if act is not None:
                self._mistakes += [f"act {number}: {wrong}" for wrong in _wrong_with(act)]
                yield act

    def _check_hanging(self, acts: tuple[SceneAct, ...]) -> None:
        known = (*get_args(On), *(f"done:{act.id}" for act in acts if act.id))
        for number, act in enumerate(acts, 1):
            if act.on not in known:
                self._mistakes.append(
                    f"act {number}.on: nothing is called {act.on!r}{_nearest(act.on, known)}"
                )

    def _before(self, names: object) -> Iterator[Scene]:
        if self._depth >= _DEEPEST:
            self._mistakes.append("before: too many calls hang on each other")
            return
        for name in self._value("before", names, tuple[str, ...]) or ():
            try:
                yield _named(name, self._depth + 1)
            except LineError as error:
                self._mistakes.append(f"before: {error}")


def _able(do: Do) -> tuple[By, ...]:
    """Return who does it in a scene, whose third party is a voice without a phone to hang up."""
    return tuple(by for by in WHO_DOES[do] if (by, do) != ("third", "hang_up"))


def _wrong_with(act: SceneAct) -> Iterator[str]:
    able = _able(act.do)
    if act.by not in able:
        yield f"{act.by!r} cannot {act.do!r}; {' or '.join(able)} can"
    if act.do in {"key", "dial"}:
        allowed = "0123456789" if act.pulses else "0123456789*#ABCD"
        if not act.keys or not set(act.keys) <= set(allowed):
            yield f"keys: {act.keys!r} are no keys; any of {allowed} are"
    if act.do == "tone" and not act.frequencies and act.tone not in _TONES:
        yield f"tone: {act.tone!r} is none{_nearest(act.tone, _TONES)}"
    if any(not 0 < hertz < RATE / 2 for hertz in act.frequencies):
        yield f"frequencies: between 0 and {RATE // 2} Hz"
    if act.ms <= 0 or act.gap_ms < 0 or not 0 <= act.seconds <= 3600:
        yield "ms, gap_ms, seconds: a time is meant"
