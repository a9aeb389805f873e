"""Make the options of a command from an operation's fields, and the operation from them."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

import click
import msgspec
from msgspec import Struct, inspect

from appliance.commands.helpers.operator import typed_secret
from appliance.commands.helpers.options import EXISTING_FILE
from appliance.commands.helpers.refusals import said_of
from appliance.errors import in_short
from appliance.link.registry import AnyOperation, tag
from appliance.structs import convert, from_json

LARGEST = 2**63 - 1
"""A whole number that any reader of JSON takes."""


class Number(click.ParamType[float]):
    """A whole number of 64 bits, or a finite decimal one."""

    def __init__(self, kind: type[int] | type[float]) -> None:
        self._kind = kind
        self.name = "number" if kind is int else "decimal"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it."""
        try:
            number = self._kind(value)
        except ValueError:
            number = math.nan
        if not abs(number) <= LARGEST:
            code = "not_whole" if self._kind is int else "not_figure"
            self.fail(said_of(code, value=in_short(value)), param, ctx)
        return number


class OneOf(click.Choice[str]):
    """One of some words; a long wrong one is told in short."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Say which words there are."""
        return said_of("not_one_of", value=in_short(value), known=tuple(self.choices))


class Json(click.ParamType[object]):
    """A value of any other kind, as JSON."""

    name = "json"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Read it."""
        try:
            return from_json(str(value), object)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            self.fail(said_of("not_json", detail=in_short(error)), param, ctx)


class OperationField(NamedTuple):
    """One field of an operation, or of a struct inside it."""

    path: tuple[str, ...]
    kind: inspect.Type
    required: bool
    secret: bool

    @property
    def flag(self) -> str:
        """Return its option."""
        return "--" + ".".join(self.path).replace("_", "-") + "-file" * self.secret

    @property
    def name(self) -> str:
        """Return the name of its option's value."""
        return "__".join(self.path)

    @property
    def many(self) -> bool:
        """Say whether its option may be given again and again."""
        return isinstance(self.kind, inspect.VarTupleType) and _words_or_text(self.kind.item_type)

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words that it may be; none: any."""
        return _words(
            self.kind.item_type if isinstance(self.kind, inspect.VarTupleType) else self.kind
        )

    def option(self) -> click.Option:
        """Return its option; what is not given is None, or an empty list."""
        if isinstance(self.kind, inspect.BoolType):
            both = f"{self.flag}/--no-{self.flag[2:]}"
            return click.Option([self.name, both], default=None, required=self.required)
        required = self.required and not self.many and not self.secret
        return click.Option(
            [self.name, self.flag], type=self._type(), multiple=self.many, required=required,
            help="Its first line is taken; without it, the terminal asks." if self.secret else None,
        )  # fmt: skip

    def _type(self) -> click.ParamType[Any]:
        if self.secret:
            return EXISTING_FILE
        if self.words:
            return OneOf(self.words)
        if isinstance(self.kind, inspect.IntType | inspect.FloatType):
            return Number(int if isinstance(self.kind, inspect.IntType) else float)
        return click.STRING if self.many or isinstance(self.kind, inspect.StrType) else Json()

    def example(self) -> str:
        """Return it as one would type it."""
        if isinstance(self.kind, inspect.BoolType):
            return self.flag
        return f"{self.flag} {self.words[0] if self.words else self.path[-1].upper()}"


class Fields:
    """The fields of one operation as a command sees them; those of a struct inside by a dot."""

    def __init__(self, kind: type[AnyOperation], *, of_person: bool) -> None:
        """Read the declaration.

        Args:
            kind: the operation.
            of_person: a person logs in, whose password is the field of that name.
        """
        self._kind = kind
        found = tuple(_fields(kind))
        self._own = tuple(each for each in found if of_person and each.path == ("password",))
        self._asked = tuple(each for each in found if each not in self._own)

    def options(self) -> list[click.Parameter]:
        """Return an option for each that is asked for."""
        return [field.option() for field in self._asked]

    def example(self) -> Iterator[str]:
        """Yield what has to be given, as one would type it."""
        return (each.example() for each in self._asked if each.required and not each.secret)

    def made(self, typed: Mapping[str, Any], password: str = "") -> AnyOperation:
        """Return the operation with what was typed; the terminal is asked for its secrets.

        Raises:
            click.UsageError: it does not fit.
        """
        values: dict[str, Any] = {"op": tag(self._kind)}
        values |= {field.path[0]: password for field in self._own}
        for field in self._asked:
            value = typed[field.name]
            if field.secret and (field.required or value is not None):
                value = typed_secret(
                    field.path[-1].replace("_", " ").capitalize(), value, field.flag
                )
            if value is not None and (value != () or field.required):
                _put(values, field.path, value)
        try:
            return convert(values, self._kind)
        except msgspec.ValidationError as error:
            raise click.UsageError(said_of("fields_misfit", detail=in_short(error))) from None


def _put(values: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *above, last = path
    for name in above:
        values = values.setdefault(name, {})
    values[last] = value


def _fields(kind: type[Struct], above: tuple[str, ...] = ()) -> Iterator[OperationField]:
    """Yield a struct's fields; in place of a struct that has to be there, the fields inside."""
    for field in cast(inspect.StructType, inspect.type_info(kind)).fields:
        path = (*above, field.name)
        inner, secret = _plain(field.type)
        if isinstance(inner, inspect.StructType):
            if field.required:
                yield from _fields(inner.cls, path)
            continue
        yield OperationField(path, inner, field.required, secret)


def _plain(kind: inspect.Type) -> tuple[inspect.Type, bool]:
    """Return a field's kind without ``None`` and notes, and whether it is a secret."""
    secret = False
    if isinstance(kind, inspect.UnionType):
        others = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        kind = others[0] if len(others) == 1 else kind
    if isinstance(kind, inspect.Metadata):
        secret = bool((kind.extra or {}).get("secret"))
        kind = kind.type
    return kind, secret


def _words(kind: inspect.Type) -> tuple[str, ...]:
    if isinstance(kind, inspect.EnumType):
        return tuple(str(each.value) for each in kind.cls)
    if isinstance(kind, inspect.LiteralType):
        return tuple(map(str, kind.values))
    return ()


def _words_or_text(kind: inspect.Type) -> bool:
    return bool(_words(kind)) or isinstance(kind, inspect.StrType)
