"""A hostile server between the real set and the real laptop, each with its page in Chromium."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from rich.progress import track

from bench.hostile import HostileServer, Kind, hostile_server
from bench.hostile_kinds import KINDS
from bench.hostile_live import LIVE, Say
from bench.results import Results
from bench.stage import Stage, free_ports, pictures, stage

_PATIENCE_S = 15.0
"""A laptop that hears nothing says so after 5 s; then the page tries again by itself."""
_GOES_ON = 20
"""Pictures of a lesson that goes on; longer than the page needs to doubt its line."""

TALLY = """
(() => {
  const connections = [];
  const tally = globalThis.tally = { states: [] };
  // Pictures that came in or went out, by stream of each connection there ever was.
  const look = async (pc) => {
    for (const report of (await pc.getStats()).values()) {
      const frames = report.framesReceived ?? report.framesSent ?? 0;
      if (frames) pc.frames[report.id] = Math.max(frames, pc.frames[report.id] ?? 0);
    }
  };
  const open = () => connections.filter((pc) => pc.connectionState !== 'closed');
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    frames = {};
    constructor(...given) { super(...given); connections.push(this); }
    close() { look(this).catch(() => {}); super.close(); }
  };
  setInterval(() => open().forEach((pc) => look(pc).catch(() => {})), 200);
  tally.frames = async () => {
    await Promise.allSettled(open().map(look));
    return connections.flatMap((pc) => Object.values(pc.frames)).reduce((a, b) => a + b, 0);
  };
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target === document.body))
      tally.states.push(document.body.dataset.state);
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] });
})();
"""


class Between:
    """Both pages, and the server that stands between them."""

    def __init__(self, one: Stage, hostile: HostileServer) -> None:
        self.stage, self.hostile = one, hostile
        self.screen, self.home = _counting(one.screen()), _counting(one.home())
        self.screen.wait_for_selector("body[data-state=ready]")
        self._words: dict[str, str] = {}
        self._honest = 0
        self._remember_a_lesson()

    def words(self, code: str) -> str:
        """What the pupil reads when this is why there is no class."""
        if code not in self._words:
            self._words[code] = self.home.evaluate(
                "async (code) => (await import('/gedeeld/teksten.js')).say('reason', code)", code
            )
        return self._words[code]

    def frames(self) -> int:
        """Pictures since the honest lesson that a page received or sent, or the server saw."""
        pages: int = sum(page.evaluate("tally.frames()") for page in (self.home, self.screen))
        return pages + self.hostile.frames - self._honest

    def join(self) -> None:
        """An honest join, to its first pictures in both pages."""
        self.hostile.play(None)
        self.hostile.forget()
        self.home.click("[data-action=join]")
        self.home.wait_for_selector("body[data-state=live]", timeout=_PATIENCE_S * 1000)
        for page, video in ((self.home, "#klas-video"), (self.screen, "#leerling-video")):
            self.until(lambda page=page, video=video: pictures(page, video) > 0)  # type: ignore[misc]

    def leave(self) -> None:
        if self.home.evaluate("document.body.dataset.state") not in {"off", "refused"}:
            self.home.click("[data-action=leave]")
            self.home.wait_for_selector("body[data-state=off]")

    def _remember_a_lesson(self) -> None:
        """An honest one from Join to Bye, for the server to play again later."""
        self.join()
        self.leave()
        self.until(lambda: self.hostile.heard("bye"))
        self.screen.wait_for_selector("body[data-state=ready]")
        self.hostile.remember()
        self._honest = self.frames()

    def is_refused(self, kind: Kind) -> bool:
        """Whether the page tells the pupil in words that, and why, this join is refused."""
        touched = self.hostile.touched
        self.hostile.play(kind)
        self.home.click("[data-action=join]")
        told = self.home.locator("#words", has_text=self.words(kind.told))
        try:
            told.wait_for(timeout=_PATIENCE_S * 1000)
            self.until(lambda: self.hostile.touched > touched)
        except (PlaywrightTimeout, TimeoutError):
            refused = False
        else:
            refused = True
        self.leave()
        self.hostile.play(None)
        return refused

    def goes_on(self, say: Say) -> bool:
        """Whether a lesson goes on as if nothing had been said."""
        self.home.evaluate("tally.states.length = 0")
        self.hostile.inject(say)
        shown = pictures(self.home, "#klas-video")
        try:
            self.until(lambda: pictures(self.home, "#klas-video") > shown + _GOES_ON)
        except TimeoutError:
            return False
        finally:
            self.hostile.be_truthful()
        return set(self.home.evaluate("tally.states")) <= {"live"}

    def until(self, condition: Callable[[], bool]) -> None:
        """Raises TimeoutError."""
        deadline = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError
            self.home.wait_for_timeout(20)


@contextmanager
def between(playwright: Playwright, **settings: str) -> Iterator[Between]:
    """A lesson's two pages, with a hostile server that is still honest and knows a lesson."""
    real, ours = free_ports(2)
    with hostile_server(ours, real) as hostile:
        more = {"SERVER_PORT": str(real), "LINK_SERVER_URL": hostile.url, **settings}
        with stage(playwright, **more) as one:
            yield Between(one, hostile)


def measure(playwright: Playwright, results: Results) -> None:
    """Every kind once, and then everything that may be said in a lesson."""
    with between(playwright) as lesson:
        kinds = track(list(KINDS.items()), "hostile server")
        untold = [name for name, kind in kinds if not lesson.is_refused(kind)]
        accepted = lesson.frames()
        lesson.join()  # which shows that the server could let a session through
        ended = [name for name, say in LIVE.items() if not lesson.goes_on(say)]
    for what, names in (("not told in words", untold), ("a lesson was disturbed by", ended)):
        if names:
            print(f"{what}: {', '.join(names)}")
    results.add(
        "trust",
        "hostile_server",
        "klasgenoot",
        kinds_tried=len(KINDS) + len(LIVE),
        frames_accepted=accepted,
        kinds_untold=len(untold),
        lessons_disturbed=len(ended),
    )


def _counting(page: Page) -> Page:
    """From its very first connection on."""
    page.add_init_script(TALLY)
    page.reload()
    page.wait_for_selector("body[data-state]")
    return page
