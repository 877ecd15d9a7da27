"""EVALUATIE: five-point scores of all roles, what they propose, and how rounds compare. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

LOW, HIGH = 1, 5
_SUCCESS, _CHALLENGE = 3.8, 2.8
"""Means on the good-is-high scale: above the one a success, below the other a challenge."""
_APART = 2.0
"""Roles that differ so much have something to talk about, whatever the mean."""


class RoleMean(NamedTuple):
    """What so many people of one role answered to a statement: 1 (not at all) to 5 (wholly
    agreed)."""

    role: str
    answers: int
    mean: float


class Result(NamedTuple):
    """One statement over all `answers`: `good` is their mean with high as good news."""

    answers: int
    good: float
    by_role: dict[str, float]
    proposal: str
    """success, challenge, apart or ""."""


def good(score: float, turned: bool) -> float:
    """High is good news."""
    return LOW + HIGH - score if turned else score


def result(means: Sequence[RoleMean], turned: bool) -> Result | None:
    """None where nobody answered."""
    answers = sum(one.answers for one in means)
    if not answers:
        return None
    by_role = {one.role: good(one.mean, turned) for one in means}
    mean = good(sum(one.answers * one.mean for one in means) / answers, turned)
    apart = max(by_role.values()) - min(by_role.values()) >= _APART
    proposal = (
        "success"
        if mean >= _SUCCESS and not apart
        else "challenge"
        if mean <= _CHALLENGE
        else "apart"
        if apart
        else ""
    )
    return Result(answers, mean, by_role, proposal)


_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 320, 96, 28, 8, 74


def plot(values: Sequence[tuple[str, float]], label: str) -> Markup:
    """The good-is-high means of one statement over rounds: (round, mean 1..5)."""
    step = (_WIDTH - _LEFT - 30) / max(1, len(values) - 1)
    points = [
        (_LEFT + 14 + index * step, _FOOT - (value - LOW) / (HIGH - LOW) * (_FOOT - _TOP))
        for index, (_, value) in enumerate(values)
    ]
    grid = "".join(
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="top" x="{_LEFT - 6}" y="{y + 4:.1f}">{value}</text>'
        for value in (1, 3, 5)
        for y in [_FOOT - (value - LOW) / (HIGH - LOW) * (_FOOT - _TOP)]
    )
    way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if len(points) > 1 else ""
    dots = "".join(f'<circle class="value" cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for x, y in points)
    names = Markup("").join(
        Markup('<text x="{}" y="{}" class="round">{}</text>').format(f"{x:.1f}", _HEIGHT - 4, name)
        for (x, _), (name, _) in zip(points, values, strict=True)
    )
    head = Markup('<svg class="plot small" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        _WIDTH, _HEIGHT, label
    )
    line = f'<path class="trend" d="{way}"/>' if way else ""
    return head + Markup(f"{grid}{line}{dots}") + names + Markup("</svg>")  # noqa: S704
