"""Documents and the album: in through a form, out as what they are and nothing else."""

import re
import unicodedata
from urllib.parse import quote

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.roles import PlacementRight
from dossier.rondom.content import PICTURES, ContentError
from dossier.rondom.files_store import Folder
from dossier.rondom.seal import SealError
from dossier.rondom.together import me, number_in
from dossier.visit import PageError, Visit, elsewhere

_WHERE: dict[Folder, tuple[str, PlacementRight, PlacementRight]] = {
    "document": ("documenten", "documents", "documents_write"),
    "album": ("album", "album", "album"),
}
_ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
}


def routes(desk: Desk) -> tuple[Route, ...]:
    found: list[Route] = []
    for folder, (path, right, write) in _WHERE.items():
        pages = FilePages(desk, folder)
        base = f"/plaatsing/{{placement}}/samen/{path}"
        found += [
            Route("GET", base, right, pages.show),
            Route("POST", base, write, pages.add),
            Route("GET", f"{base}/{{file}}", right, pages.get),
            Route("POST", f"{base}/{{file}}/weg", write, pages.drop),
        ]
    return tuple(found)


class FilePages:
    """One folder. Whoever leads at school may take anything away, others what is theirs."""

    def __init__(self, desk: Desk, folder: Folder) -> None:
        self._desk, self._all, self._folder = desk, desk.together, folder
        self._path, self._right, self._write = _WHERE[folder]

    async def show(self, visit: Visit) -> web.Response:
        return await self._show(visit)

    async def _show(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        return self._desk.renderer.page(
            visit,
            "rondom/files",
            status=status,
            error=error,
            sections=self._all.sections(visit),
            files=await self._all.files.all(visit.here.id, self._folder),
            folder=self._folder,
            base=self._base(visit),
            mine=visit.here.member_id,
            writes=visit.may(self._write),
            leads=_leads(visit),
        )

    async def add(self, visit: Visit) -> web.Response:
        upload = visit.files.get("file")
        name = _name(visit.form.get("name", "") or (upload.name if upload else ""))
        if upload is None:
            return await self._show(visit, 400, visit.say("file_empty"))
        try:
            await self._all.files.add(visit.here.id, self._folder, me(visit), name, upload.raw)
        except ContentError as error:
            return await self._show(visit, 400, visit.say(error.code))
        except SealError:
            return await self._show(visit, 503, visit.say("file_seal"))
        await self._all.tell(visit, self._right)
        raise elsewhere(self._base(visit))

    async def get(self, visit: Visit) -> web.Response:
        try:
            found = await self._all.files.one(visit.here.id, self._folder, number_in(visit, "file"))
        except SealError:
            raise PageError(503) from None
        if found is None:
            raise PageError(404)
        name, media_type, raw = found
        response = web.Response(body=raw, content_type=media_type)
        shown = media_type in PICTURES and visit.request.query.get("ophalen") != "1"
        ending = _ENDINGS.get(media_type, ".bin")
        whole = quote(re.sub(r"\.[A-Za-z0-9]{1,5}\Z", "", name) + ending)
        response.headers["Content-Disposition"] = (
            f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{whole}"
        )
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    async def drop(self, visit: Visit) -> web.Response:
        member_id, _ = me(visit)
        owner = None if _leads(visit) else member_id
        number = number_in(visit, "file")
        if not await self._all.files.drop(visit.here.id, self._folder, number, owner):
            raise PageError(404)
        raise elsewhere(self._base(visit))

    def _base(self, visit: Visit) -> str:
        return f"/plaatsing/{visit.here.code}/samen/{self._path}"


def _leads(visit: Visit) -> bool:
    return visit.may("news_write")


def _name(text: str) -> str:
    """Of a file, as people may see it: no folders, and nothing that hides or turns."""
    last = re.split(r"[\\/]", text)[-1]
    kept = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in last)
    return " ".join(kept.split())[:80].strip(" .") or "bestand"
