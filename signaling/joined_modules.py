"""A page's modules as one: what a browser would fetch in seventy answers, it gets in one.

The modules stay as they are written: each keeps a scope of its own and is run once, in the order in
which a browser would run them. What is imported later (`import('/…')`) comes in a part that shares
the modules which the page has already.
"""

import re
from collections.abc import Callable

ENTRY = "?joined"
_REGISTRY = "$modules"
_IMPORT = re.compile(r"^import (\{[^}]*\}) from '(/[^']+)';$", re.MULTILINE)
_LATER = re.compile(r"\bimport\('(/[^']+)'\)")
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|function\*?|const) (\w+))", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:export|import)\b(?! *[(.]).*", re.MULTILINE)


class JoinError(Exception):
    """Modules that cannot be one; the text names the module."""


def part_of(entry: str) -> str:
    """What follows a module's name in the address of the part that `entry` imports later."""
    return f"{ENTRY}={entry}"


def join(name: str, read: Callable[[str], str], entry: str = "") -> str:
    """Module `name` with all it imports; with `entry` the part that this one imports later.

    `read` gives a module's text by its path in imports. Raises JoinError for a circle or a way of
    importing or exporting that is not known here.
    """
    texts = _in_order(name, read)
    if entry:
        there = _in_order(entry, read)
        head = f"import {{ {_REGISTRY} }} from '{entry}{ENTRY}';\n"
        texts = {one: text for one, text in texts.items() if one not in there}
    else:
        head = f"export const {_REGISTRY} = {{}};\n"
    wrapped = [_wrapped(one, text, entry or name) for one, text in texts.items()]
    names = ", ".join(_EXPORT.findall(texts[name])) if name in texts else ""
    tail = f"export const {{ {names} }} = {_REGISTRY}['{name}'];\n" if names else ""
    return head + "".join(wrapped) + tail


def _in_order(name: str, read: Callable[[str], str]) -> dict[str, str]:
    """Texts by name, each after all that it imports."""
    done: dict[str, str] = {}
    ahead: list[str] = []

    def visit(one: str) -> None:
        if one in done:
            return
        if one in ahead:
            raise JoinError(f"{one} imports itself by way of {ahead[-1]}")
        ahead.append(one)
        text = read(one)
        for _, wanted in _IMPORT.findall(text):
            visit(wanted)
        ahead.pop()
        done[one] = text

    visit(name)
    return done


def _wrapped(name: str, text: str, entry: str) -> str:
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _IMPORT.sub(_taken, text))
    if unknown := _UNKNOWN.search(body):
        raise JoinError(f"{name}: {unknown[0]}")
    body = _LATER.sub(lambda later: f"import('{later[1]}{part_of(entry)}')", body)
    return f"{_REGISTRY}['{name}'] ??= (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    return f"const {found[1].replace(' as ', ': ')} = {_REGISTRY}['{found[2]}'];"
