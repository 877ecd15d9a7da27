"""The files of a local page, from its own folder and from what all pages share.

The first answer names every module that the page will ask for, so that the browser fetches them all
at once: without it each level of imports waits for the one before.
"""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

_SHARED = Path(__file__).parent / "web"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_OTHER = "application/octet-stream"
_ENTRY = re.compile(r'<script type="module" src="([^"]+)"')
_IMPORT = re.compile(r"^(?:import|export)[^;]*? from '(/[^']+)';", re.MULTILINE)


class PageFiles:
    """`folder` at `/`, what pages share at `/gedeeld/`, and `others` by their own paths; nothing
    beside and nothing above them."""

    def __init__(self, folder: Path, others: Mapping[str, Path] = MappingProxyType({})) -> None:
        self._folder, self._others = folder.resolve(), others
        self._links: str | None = None
        self._packed: dict[Path, tuple[int, bytes]] = {}

    async def index(self, request: web.Request) -> web.StreamResponse:
        path = self._folder / "index.html"
        if self._links is None:  # once: a module that came since is asked for later
            modules = self._modules(path.read_text(encoding="utf-8"))
            self._links = ", ".join(f"<{name}>; rel=modulepreload" for name in modules)
        return self._answer(request, path, {"Link": self._links} if self._links else {})

    async def file(self, request: web.Request) -> web.StreamResponse:
        path = self._path(request.path)
        if path is None:
            raise web.HTTPNotFound
        return self._answer(request, path, {})

    def _answer(
        self, request: web.Request, path: Path, headers: dict[str, str]
    ) -> web.StreamResponse:
        # Read at once: a few KiB from the system's cache take less than handing it to a thread.
        kind = _KINDS.get(path.suffix)
        headers |= {"Content-Type": kind or _OTHER}
        if kind is None or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=path.read_bytes(), headers=headers)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return web.Response(body=self._pack(path), headers=headers)

    def _pack(self, path: Path) -> bytes:
        """The file compressed, kept until it changes."""
        changed = path.stat().st_mtime_ns
        at, packed = self._packed.get(path, (0, b""))
        if at != changed:
            packed = gzip.compress(path.read_bytes(), compresslevel=4)
            self._packed[path] = changed, packed
        return packed

    def _path(self, name: str) -> Path | None:
        if (other := self._others.get(name)) is not None:
            return other if other.is_file() else None
        shared = name.startswith("/gedeeld/")
        root = _SHARED if shared else self._folder
        try:
            path = (root / name.removeprefix("/gedeeld" if shared else "").lstrip("/")).resolve()
            return path if path.is_relative_to(root) and path.is_file() else None
        except (OSError, ValueError):  # no name that a disk could have
            return None

    def _modules(self, page: str) -> list[str]:
        """What the page's module imports, and what that imports, and so on."""
        found: dict[str, None] = dict.fromkeys(_ENTRY.findall(page))
        ahead = list(found)
        while ahead:
            path = self._path(ahead.pop())
            for name in _IMPORT.findall(path.read_text(encoding="utf-8")) if path else ():
                if name not in found:
                    found[name] = None
                    ahead.append(name)
        return list(found)
