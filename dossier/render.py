"""Templates to pages, and the few files that pages ask for. Jinja2 escapes whatever it is given."""

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

import signaling
from dossier.placement.tabs import tabs
from dossier.roles import home
from dossier.rooster.lessons import ZONE
from dossier.visit import Visit

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
_SHARED = Path(signaling.__file__).parent / "web"
_FILES = {
    "basis.css": (_SHARED, "text/css"),
    "icon.svg": (_SHARED, "image/svg+xml"),
    "melding.js": (_HERE / "web", "text/javascript"),
    "melding-werker.js": (_HERE / "web", "text/javascript"),
    "pagina.css": (_HERE / "web", "text/css"),
    "pagina.js": (_HERE / "web", "text/javascript"),
    "papier.css": (_HERE / "web", "text/css"),
    "passkey.js": (_HERE / "web", "text/javascript"),
}
_MAX_AGE_S = 600


class Renderer:
    """Loads jinja2 at the first page, so that the server starts without it."""

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        made = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.filters.update(
            when=when,
            clock=clock,
            lasting=lasting,
            day=day,
            wall=wall,
            when_nl=when_nl,
            iso_day=iso_day,
            one=one,
        )
        return made

    def page(
        self, visit: Visit, template: str, /, status: int = 200, error: str = "", **values: Any
    ) -> web.Response:
        """`error` and `done` are words that are told at the top of the page."""
        session = visit.session
        text = self._templates.get_template(f"{template}.html").render(
            t=visit.say,
            advice=visit.advice,
            language=visit.language,
            csrf=visit.csrf,
            path=visit.request.path,
            shown_path=_shown_path(visit),
            session=session,
            may=visit.may,
            home=home(session.role) if session is not None else "/inloggen",
            placement=visit.placement,
            tabs=tabs(visit),
            error=error,
            **{"done": "", **values},
        )
        return web.Response(text=text, status=status, content_type="text/html")


def _shown_path(visit: Visit) -> str:
    """The page that is looked at, also when a form of it was answered at an address of its own."""
    if visit.request.method != "POST":
        return visit.request.path
    return urlsplit(visit.request.headers.get("Referer", "")).path or visit.request.path


async def static_file(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in _FILES:
        raise web.HTTPNotFound
    folder, kind = _FILES[name]
    return web.Response(
        body=(folder / name).read_bytes(),
        headers={
            "Content-Type": f"{kind}; charset=utf-8",
            "Cache-Control": f"public, max-age={_MAX_AGE_S}",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def when(at: float) -> str:
    """A moment, by the server's own clock and zone: 2026-11-22 10:35."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def day(text: str) -> str:
    """A day of the store as Dutch people write it: 26-11-2026; "" stays so."""
    parts = text.split("-")
    return "-".join(reversed(parts)) if len(parts) == 3 else text


def one(value: float) -> str:
    """With one digit behind the comma."""
    return f"{value:.1f}".replace(".", ",")


def wall(at: float) -> str:
    """A time of day where the schools are, whatever zone the server keeps."""
    return datetime.fromtimestamp(at, ZONE).strftime("%H:%M")


def when_nl(at: float) -> str:
    """The same with its day: 26-11 08:30."""
    return datetime.fromtimestamp(at, ZONE).strftime("%d-%m %H:%M")


def iso_day(at: float) -> str:
    """As a form's field has it."""
    return datetime.fromtimestamp(at, ZONE).date().isoformat()


def clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M")


def weekday(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%d-%m")


def lasting(seconds: float) -> str:
    """3 d 4 h, 5 h 10 min, or 4 min."""
    minutes = int(max(0.0, seconds)) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
