"""A server that lies, between the real agent, the real laptop process and two real pages.

All kinds of lies are tried by the bench (`make bench AREA=trust`); here are those that differ most.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from bench.hostile_kinds import KINDS
from bench.hostile_live import LIVE
from bench.trust_hostile import Between, between

pytestmark = pytest.mark.browser

TRIED = (
    "offer: fingerprint swapped",
    "offer: fingerprint swapped, signed by the server",
    "offer: recorded at an earlier join",
    "offer: the server's own peer, signed by the server",
    "answer: foreign fingerprint for the whole session",
    "answer: recorded, with the nonces of now",
    "answer: the server's own peer, signed by the server",
    "answer: signature missing",
    "verified, says the server",
    "the server plays the set",
    "the server plays the laptop",
    "the laptop's own offer, called an answer",
    "the answer to the try before",
    "Join with another nonce, hidden from the laptop",
    "Ready twice, the second with another nonce",
)
SAID = (
    "the laptop's bye, signed by the server",
    "the set's bye, signed by the server",
    "the bye of an earlier lesson",
    "this lesson's offer again",
    "the other one was started anew",
    "the set was started anew, and refuses",
)


@pytest.fixture(scope="module")
def lesson(play: Playwright) -> Iterator[Between]:
    with between(play) as one:
        yield one


@pytest.mark.parametrize("name", TRIED)
def test_no_picture_passes_and_the_page_says_why(lesson: Between, name: str) -> None:
    assert lesson.is_refused(KINDS[name])
    assert lesson.frames() == 0
    assert lesson.screen.evaluate("document.querySelector('#leerling-video').srcObject") is None


def test_unharmed_the_same_server_lets_them_in_and_cannot_end_it(lesson: Between) -> None:
    """Also shows that the tests above count what they say they count."""
    assert lesson.frames() == 0
    touched = lesson.hostile.touched
    lesson.join()
    assert lesson.frames() > 0
    assert lesson.hostile.touched == touched
    for name in SAID:
        assert lesson.goes_on(LIVE[name]), name
    lesson.leave()


def test_enough_kinds() -> None:
    assert len(KINDS) >= 60 and set(TRIED) <= set(KINDS) and set(SAID) <= set(LIVE)
