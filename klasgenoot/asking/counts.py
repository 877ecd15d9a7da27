"""How many questions there were, and how long until somebody saw them. Pure.

Counts only, in memory, without a time of day: nothing here says when a child asked or what.
"""

from collections import Counter

UNTIL_SEEN_S = (5, 10, 20, 30, 60, 120, 300)
"""Upper ends of the histogram; what is slower is counted as `more`."""


class QuestionCounts:
    """Since the agent started; `figures()` is what its log says when it stops."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        self._counts[name] += 1

    def reached(self, rung: str) -> None:
        self.add(f"rung_{rung}")

    def answered(self, answer: str, after_s: float) -> None:
        """The first answer to a question, after so many seconds."""
        self.add(answer)
        end = next((end for end in UNTIL_SEEN_S if after_s <= end), None)
        self.add("within_more" if end is None else f"within_{end}_s")

    def asked_and_turns(self) -> tuple[int, int]:
        """All that the server hears: how often was asked, and answered with the turn."""
        return self._counts["asked"], self._counts["turn"]

    def figures(self) -> dict[str, int]:
        """Names and counts; what never happened is left out."""
        return dict(sorted(self._counts.items()))
