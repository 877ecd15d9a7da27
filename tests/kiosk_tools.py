"""A page alone, with the real files, played by a test instead of its local process."""

from pathlib import Path

from playwright.sync_api import Page, Route, WebSocketRoute

import klasgenoot
import signaling
import thuis_client
from signaling import messages as m

_OWN = Path(klasgenoot.__file__).parent / "web"
HOME = Path(thuis_client.__file__).parent / "web"
_SHARED = Path(signaling.__file__).parent / "web"
_URL = "http://127.0.0.1:1/"
_KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}

CHECKS = ("power", "network", "camera", "ptz", "light", "microphone", "speaker", "server", "pupil")


def screen_of(state: m.UnitState = "ready", **changes: object) -> m.Screen:
    """A screen on which all is well, but for the changes."""
    said: dict[str, object] = {
        "state": state,
        "reason": "",
        "watching": state == "live",
        "question": "none",
        "asked_ago_ms": 0,
        "mic": "on",
        "camera": "off",
        "checks": checks(),
        "notices": (),
        "unit_name": "Klasgenoot 12",
        "language": "nl",
        "class_microphone": "sim:toon:880",
        "loudspeaker": "",
    }
    return m.Screen(**(said | changes))  # type: ignore[arg-type]


def checks(**advice: str) -> tuple[m.Check, ...]:
    """The checklist; `camera="camera_absent"` makes that line red."""
    names = [*CHECKS, *(name for name in advice if name not in CHECKS)]
    return tuple(
        m.Check(name=name, ok=name not in advice, advice=advice.get(name, "")) for name in names
    )


class PlayedAgent:
    """Holds the page's line: `show` sends a screen, `heard` is what the page said.

    The page is the kiosk's, or that of another folder.
    """

    def __init__(self, page: Page, own: Path = _OWN) -> None:
        self.page = page
        self._own = own
        self.heard: list[str] = []
        self._line: WebSocketRoute | None = None
        self._gone = False
        page.route("http://127.0.0.1:1/**", self._serve)
        page.route_web_socket("ws://127.0.0.1:1/**", self._opened)
        page.goto(_URL)

    def show(self, message: m.Message) -> None:
        """As the agent does at a change."""
        while self._line is None:  # the page has not come yet
            self.page.wait_for_timeout(20)
        self._line.send(m.encode(message))

    def reload(self) -> None:
        """What is shown from now on goes to the page that comes back."""
        self._line = None
        self.heard.clear()
        self.page.reload()

    def leave(self) -> None:
        """And never come back."""
        assert self._line is not None
        self._gone = True
        self._line.close()

    def _opened(self, line: WebSocketRoute) -> None:
        if self._gone:
            line.close()
            return
        self._line = line
        line.on_message(lambda text: self.heard.append(str(text)))

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(_URL).partition("?")[0] or "index.html"
        shared = path.startswith("gedeeld/")
        file = _SHARED / path.removeprefix("gedeeld/") if shared else self._own / path
        route.fulfill(body=file.read_bytes(), content_type=_KINDS[file.suffix])
