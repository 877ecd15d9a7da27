"""The files of a local page, from its own folder and from what all pages share.

The page comes with its modules as one file and its sheets as another: each file apart costs a
browser several milliseconds, and a page has eighty.
"""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from aiohttp import web

from signaling.joined_modules import ENTRY, JoinError, join, part_of

_SHARED = Path(__file__).parent / "web"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_OTHER = "application/octet-stream"
_MODULE = re.compile(r'(<script type="module" src=")(/[^"]+)(?=")')
_SHEET = re.compile(r' *<link rel="stylesheet" href="(/[^"]+)" />\n')
_SHEETS = "/joined.css"
_PAGE = "/index.html"


class _Made(NamedTuple):
    packed: bytes
    sources: dict[Path, int]  # and when each was changed

    def holds(self) -> bool:
        try:
            return all(path.stat().st_mtime_ns == at for path, at in self.sources.items())
        except OSError:
            return False


class PageFiles:
    """`folder` at `/`, what pages share at `/gedeeld/`, and `others` by their own paths; nothing
    beside and nothing above them."""

    def __init__(self, folder: Path, others: Mapping[str, Path] = MappingProxyType({})) -> None:
        self._folder, self._others = folder.resolve(), others
        self._made: dict[str, _Made] = {}

    def warm(self) -> None:
        """Make what the first page asks for, so that it need not wait. Raises JoinError."""
        self.made(_PAGE)
        self.made(_SHEETS)
        for _, name in _MODULE.findall(_Reader(self)(_PAGE)):
            self.made(name + ENTRY)

    async def index(self, request: web.Request) -> web.StreamResponse:
        return _answer(request, ".html", self.made(_PAGE))

    async def file(self, request: web.Request) -> web.StreamResponse:
        path = self.path(request.path)
        if request.path == _SHEETS:
            return _answer(request, ".css", self.made(_SHEETS))
        if path is None:
            raise web.HTTPNotFound
        # Read at once: a few KiB from the system's cache take less than handing it to a thread.
        if path.suffix not in _KINDS:
            return web.Response(body=path.read_bytes(), headers={"Content-Type": _OTHER})
        name, entry = request.path, request.query.get("joined")
        if path.suffix == ".js" and entry is not None:
            name += part_of(entry) if entry else ENTRY
        try:
            packed = self.made(name)
        except JoinError:
            raise web.HTTPNotFound from None
        return _answer(request, path.suffix, packed)

    def path(self, name: str) -> Path | None:
        """The file behind a path in an address."""
        if (other := self._others.get(name)) is not None:
            return other if other.is_file() else None
        shared = name.startswith("/gedeeld/")
        root = _SHARED if shared else self._folder
        try:
            path = (root / name.removeprefix("/gedeeld" if shared else "").lstrip("/")).resolve()
            return path if path.is_relative_to(root) and path.is_file() else None
        except (OSError, ValueError):  # no name that a disk could have
            return None

    def made(self, name: str) -> bytes:
        """What is at `name`, compressed; kept until a file that it was made of changes.

        Raises JoinError.
        """
        made = self._made.get(name)
        if made is None or not made.holds():
            read = _Reader(self)
            text = self._text(name, read)
            made = self._made[name] = _Made(gzip.compress(text.encode(), 4), read.sources)
        return made.packed

    def _text(self, name: str, read: "_Reader") -> str:
        if name == _SHEETS:
            return "".join(read(sheet) for sheet in _SHEET.findall(read(_PAGE)))
        if name == _PAGE:
            page = _MODULE.sub(rf"\1\2{ENTRY}", read(_PAGE))
            page = _SHEET.sub(f'    <link rel="stylesheet" href="{_SHEETS}" />\n', page, count=1)
            return _SHEET.sub(lambda link: link[0] if link[1] == _SHEETS else "", page)
        module, joined, entry = name.partition(ENTRY)
        if not joined:
            return read(module)
        entry = entry.removeprefix("=")
        if entry and not any(entry == one for _, one in _MODULE.findall(read(_PAGE))):
            raise JoinError(f"{entry} is not the page's")
        return join(module, read, entry)


class _Reader:
    """Reads by path in an address, and knows afterwards what it has read."""

    def __init__(self, files: PageFiles) -> None:
        self._files = files
        self.sources: dict[Path, int] = {}

    def __call__(self, name: str) -> str:
        path = self._files.path(name)
        if path is None:
            raise JoinError(f"{name} is not there")
        self.sources[path] = path.stat().st_mtime_ns
        return path.read_text(encoding="utf-8")


def _answer(request: web.Request, suffix: str, packed: bytes) -> web.StreamResponse:
    headers = {"Content-Type": _KINDS[suffix], "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=gzip.decompress(packed), headers=headers)
    return web.Response(body=packed, headers=headers | {"Content-Encoding": "gzip"})
