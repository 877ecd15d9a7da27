"""The messages as TypeScript types, for the JSDoc of the pages: `python -m signaling.jstypes`.

Prints what `signaling/web/messages.d.ts` has to contain. A field with a default may be left out by
a page, and is always there in what a page receives. Pure, but for the print at the end.
"""

import itertools
from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args

import msgspec
from msgspec import inspect as mi

from signaling import (
    messages,
    messages_agenda,
    messages_buddy,
    messages_helpdesk,
    messages_pairing,
    messages_presence,
    messages_room,
    messages_seat,
    messages_sound,
    messages_together,
)

_MODULES = (
    messages,
    messages_presence,
    messages_pairing,
    messages_buddy,
    messages_room,
    messages_helpdesk,
    messages_sound,
    messages_together,
    messages_seat,
    messages_agenda,
)
_HEAD = """\
// Made from signaling/messages*.py by `python -m signaling.jstypes`. Do not edit.
"""
_ALIASES = (
    "Leg",
    "Role",
    "QuestionState",
    "DeviceState",
    "ViewName",
    "UnitState",
    "PairState",
    "MicLevel",
    "SpeakerState",
    "Rung",
    "BuddySees",
    "BuddyEnd",
    "MovingState",
    "OffState",
    "ActionName",
    "Outcome",
    "RoomNotice",
    "WordsStep",
    "PresenceStep",
    "Drawing",
    "Colour",
    "SignalKind",
    "FileKind",
    "FileEnd",
)
_UNIONS = (
    "FromServer",
    "ToServer",
    "FromPupil",
    "FromSet",
    "FromHome",
    "ToHome",
    "FromKiosk",
    "ToKiosk",
    "FromPairing",
    "ToPairing",
    "PagePairs",
    "FromBuddy",
    "ToBuddy",
    "FromRoom",
    "FromHelpdesk",
    "ToHelpdesk",
    "PageHelpdesk",
    "BothWays",
    "FromClass",
    "KioskSound",
    "Together",
    "FileFrame",
    "ToSeat",
    "FromSeat",
    "Knocking",
)
_NAMES: dict[type[mi.Type], str] = {
    mi.StrType: "string",
    mi.IntType: "number",
    mi.FloatType: "number",
    mi.BoolType: "boolean",
    mi.NoneType: "null",
}
_SENT_BY_PAGES = (
    "FromPupil",
    "FromHome",
    "FromKiosk",
    "PagePairs",
    "FromBuddy",
    "FromRoom",
    "PageHelpdesk",
    "FromSeat",
)


def render() -> str:
    """The text of messages.d.ts."""
    structs = [struct for struct in _structs() if struct is not messages.Message]
    infos = dict(zip(structs, mi.multi_type_info(structs), strict=True))
    optional = _only_sent_by_pages()
    parts = [_HEAD, f"export type Protocol = {messages.PROTOCOL};\n"]
    parts += [f"export type {name} = {_literal(_named(name))};\n" for name in _ALIASES]
    for struct, info in infos.items():
        assert isinstance(info, mi.StructType)
        parts.append(_interface(struct, info, struct in optional))
    for name in _UNIONS:
        members = " | ".join(struct.__name__ for struct in _members(name))
        parts.append(f"export type {name} = {members};\n")
    return "\n".join(parts)


def _structs() -> Iterator[type[msgspec.Struct]]:
    """Everything that travels, in the order of the schema."""
    seen = set()
    for value in itertools.chain.from_iterable(vars(module).values() for module in _MODULES):
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value not in seen:
            seen.add(value)
            yield value


def _named(name: str) -> Any:
    """An alias or a union, from whichever module of the schema has it."""
    return next(getattr(module, name) for module in _MODULES if hasattr(module, name))


def _members(union: str) -> tuple[type[msgspec.Struct], ...]:
    value: UnionType | type[msgspec.Struct] = _named(union)
    return get_args(value) or (value,)


def _only_sent_by_pages() -> set[type[msgspec.Struct]]:
    sent = {struct for union in _SENT_BY_PAGES for struct in _members(union)}
    others = {s for union in _UNIONS if union not in _SENT_BY_PAGES for s in _members(union)}
    return sent - others


def _interface(struct: type[msgspec.Struct], info: mi.StructType, optional: bool) -> str:
    doc = " ".join((struct.__doc__ or "").split())
    lines = [f"/** {doc} */", f"export interface {struct.__name__} {{"]
    if info.tag is not None:
        lines.append(f'  {info.tag_field}: "{info.tag}";')
    for field in info.fields:
        mark = "?" if optional and not field.required else ""
        lines.append(f"  {field.encode_name}{mark}: {_type(field.type)};")
    return "\n".join([*lines, "}\n"])


def _type(kind: mi.Type) -> str:
    name = _NAMES.get(type(kind))
    if isinstance(kind, mi.StructType):
        name = kind.cls.__name__
    elif isinstance(kind, mi.LiteralType):
        name = _alias(kind)
    elif isinstance(kind, mi.UnionType):
        name = " | ".join(_type(member) for member in kind.types)
    elif isinstance(kind, mi.VarTupleType):
        inner = _type(kind.item_type)
        name = f"({inner})[]" if " | " in inner else f"{inner}[]"
    if name is None:
        raise TypeError(f"no TypeScript for {kind}")
    return name


def _alias(kind: mi.LiteralType) -> str:
    for name in _ALIASES:
        if set(get_args(_named(name))) == set(kind.values):
            return name
    return " | ".join(f'"{value}"' for value in sorted(map(str, kind.values)))


def _literal(alias: object) -> str:
    return " | ".join(f'"{value}"' for value in get_args(alias))


if __name__ == "__main__":
    print(render(), end="")
