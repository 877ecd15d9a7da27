"""The agent as a service of systemd: ready, alive, and in one line how it is.

The line (`StatusText` of the unit) is what `klasgenoot doctor` reads while the agent runs: states
and codes only, no persons and no addresses.
"""

from collections.abc import Callable, Iterable

import structlog

from klasgenoot.situation import Facts, checks, unit_state
from klasgenoot.upkeep.notify import Notifier
from klasgenoot.upkeep.watchdog import Beat, hung

log = structlog.get_logger()

_WORDS = {True: "ok", False: "wrong", None: "unknown"}


def status_line(facts: Facts) -> str:
    """`state=ready reason= camera=ok ptz=wrong:ptz_silent …`; see `read_status`."""
    state, reason = unit_state(facts)
    parts = [
        f"{check.name}={_WORDS[check.ok]}" + (f":{check.advice}" if check.advice else "")
        for check in checks(facts)
    ]
    return " ".join([f"state={state}", f"reason={reason}", *parts])


def read_status(line: str) -> dict[str, str]:
    """Name → what the agent said of it; what is no such line gives nothing."""
    pairs = (word.partition("=") for word in line.split())
    return {name: text for name, equals, text in pairs if equals and name.isidentifier()}


class Service:
    """Call `tick` from the main loop: that it is called is what shows the loop is alive."""

    def __init__(self, notifier: Notifier, beats: Callable[[], Iterable[Beat]]) -> None:
        self._notifier, self._beats = notifier, beats
        self._ready = False
        self._status = ""
        self._pinged_at = -1e9
        self._hung: tuple[str, ...] = ()

    def tick(self, now: float) -> None:
        """`now` is time.monotonic()."""
        if not self._notifier.heard:
            return
        if not self._ready:
            self._ready = True
            self._notifier.send("READY=1")
        if self._notifier.watchdog_s and now - self._pinged_at > self._notifier.watchdog_s / 6:
            self._pinged_at = now
            self._ping(now)

    def tell(self, facts: Facts) -> None:
        """What is the case; sent when it differs."""
        if self._notifier.heard and (line := status_line(facts)) != self._status:
            self._status = line
            self._notifier.send(f"STATUS={line}")

    def stopping(self) -> None:
        self._notifier.send("STOPPING=1")
        self._notifier.close()

    def _ping(self, now: float) -> None:
        found = hung(self._beats(), now)
        if found and not self._hung:
            log.error("hangs", threads=",".join(found), advice="systemd starts the agent again")
        self._hung = found
        if not found:
            self._notifier.send("WATCHDOG=1")
