"""Whether calls find a way through this network, from how they fare. Pure; time is an argument."""

from klasgenoot.situation import Part

_TOO_LONG_S = 6.0
"""Through the worst firewall that lets us through at all it takes 5 s."""
_KEPT_S = 120.0
"""After the last call that failed; then nobody knows any more."""


class MediaPath:
    """Make a new one on another network."""

    def __init__(self) -> None:
        self.part = Part()
        self._failed_at = 0.0

    def look(self, connecting_s: float, live: bool, now: float) -> None:
        """To be called now and then; `connecting_s` is 0 while nobody calls."""
        if live:
            self.part = Part(True)
        elif connecting_s > _TOO_LONG_S:
            self.part, self._failed_at = Part(False, "media_failed"), now
        elif self.part.ok is False and now - self._failed_at > _KEPT_S:
            self.part = Part()
