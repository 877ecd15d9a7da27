"""The page for the school board says what was shown, and never more than that."""

import datetime

import pytest

from klasgenoot.proof.attempts import ANYWHERE, IN_FOLDERS
from klasgenoot.proof.prove import Attempt, Check
from klasgenoot.proof.report import CHECKS, HOW, html, verdict
from tests.test_reach_report import checked

DAY = datetime.date(2026, 11, 22)
KEPT = Attempt("write", "/x", 1_048_576, 0)
ESCAPED = Attempt("film", "/x", 2000, 48)
STUCK = Attempt("film", "/x", 2000, -1)
NOTHING = Attempt("nameless", "/x", 0, 0)
FINE = [Check(name, "shown") for name in CHECKS]


def test_everything_has_words() -> None:
    assert set(HOW) == set(IN_FOLDERS) | set(ANYWHERE)


@pytest.mark.parametrize(
    ("attempts", "checks", "state"),
    [
        ([KEPT, NOTHING], FINE, "shown"),
        ([KEPT, ESCAPED], FINE, "failed"),
        ([KEPT, STUCK], FINE, "failed"),
        ([NOTHING], FINE, "unknown"),
        ([], FINE, "unknown"),
        ([KEPT], [Check("agent", "unknown"), *FINE[1:]], "unknown"),
        ([KEPT], [*FINE, Check("swap", "failed")], "failed"),
    ],
)
def test_the_verdict(attempts: list[Attempt], checks: list[Check], state: str) -> None:
    assert verdict(attempts, checks) == state
    page = html(attempts, checks, DAY)
    checked(page)
    assert ("kan niets opnemen" in page) == (state == "shown")


def test_what_failed_comes_with_advice() -> None:
    page = html([KEPT, ESCAPED], [Check("agent", "unknown"), Check("swap", "failed")], DAY)
    assert "48 bytes bewaard" in page
    assert "Zet die uit" in page
    assert "(sudo)" in page
    assert "22 november 2026" in page


def test_an_unknown_way_is_escaped() -> None:
    checked(html([Attempt("<script>", "/x", 1, 0)], FINE, DAY))
    assert "<script>" not in html([Attempt("<script>", "/x", 1, 0)], FINE, DAY)
