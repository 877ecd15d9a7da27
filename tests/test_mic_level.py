"""The microphone judged by its signal: nothing is said of a class that is merely quiet."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from bench.stage import CHROMIUM, FLAGS
from tests.kiosk_tools import PlayedAgent

pytestmark = pytest.mark.browser

SOUNDS = """async (parts) => {
  const { FRAME_MS, MicLevel } = await import('/gedeeld/mic-level.js');
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const amplitude = (db) => 10 ** (db / 20);
  const tenths = {  // decibels of a frame, by its number
    digital: () => -Infinity,
    room: (_i, db) => db + random() * 2,
    hum: (_i, db) => db + random(),
    // Sentences of two seconds with half a second between, four syllables a second.
    speech: (i, db, room = -70) => {
      const syllable = i % 5;
      return i % 25 < 20 && syllable < 3 ? db - 6 * random() : room + 2 * random();
    },
    door: (i, db) => (i === 20 ? db : -62 + random()),
  };
  const judge = new MicLevel();
  const said = [];
  let now = 1000;
  for (const [kind, seconds, ...rest] of parts) {
    if (kind === 'gap') { now += seconds * 1000; continue; }
    for (let i = 0; i < seconds * 10; i++) {
      now += FRAME_MS;
      const db = tenths[kind](i, ...rest);
      const rms = db === -Infinity ? 0 : amplitude(db);
      const level = judge.push({ rms, peak: Math.min(1, rms * 4) }, now);
      if (level !== said.at(-1)) said.push(level);
    }
  }
  return said;
}"""


@pytest.fixture(scope="module")
def page(play: Playwright) -> Iterator[Page]:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    one = browser.new_page()
    PlayedAgent(one)
    yield one
    browser.close()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        # An ordinary lesson, a quiet test, and a class that has gone outside.
        ([["speech", 60, -28]], ["good"]),
        ([["speech", 30, -28], ["room", 300, -60], ["speech", 30, -28]], ["good"]),
        ([["room", 600, -62]], ["good"]),
        ([["hum", 60, -30]], ["good"]),
        ([["door", 60, -12]], ["good"]),
        # Muted, and open again into a room where nobody speaks.
        ([["digital", 10], ["room", 60, -62]], ["good", "silent", "good"]),
        ([["speech", 20, -28], ["digital", 2.5], ["speech", 20, -28]], ["good"]),
        # Switched off at the microphone, with a receiver that hisses a little.
        ([["room", 60, -80], ["speech", 20, -28]], ["good", "silent", "good"]),
        # On the edge of the floor it is said once.
        ([["room", 40, -75], ["room", 200, -70], ["speech", 9, -28]], ["good", "silent", "good"]),
        # Too soft is said of a voice alone, stays through pauses, and goes by a good voice.
        ([["speech", 60, -50, -75]], ["good", "soft"]),
        (
            [["speech", 60, -50, -75], ["room", 15, -68], ["speech", 30, -43, -68]],
            ["good", "soft"],
        ),
        ([["speech", 60, -50, -75], ["speech", 60, -25, -60]], ["good", "soft", "good"]),
        ([["room", 100, -50]], ["good"]),
        # Crackling: said while the voice does, and forgotten after enough of a clean voice.
        ([["speech", 30, -6]], ["good", "clipping"]),
        ([["speech", 30, -6], ["room", 60, -62]], ["good", "clipping"]),
        ([["speech", 30, -6], ["speech", 60, -25]], ["good", "clipping", "good"]),
        # The page stood still for a minute: that is no silence.
        ([["speech", 5, -28], ["gap", 60], ["speech", 5, -28]], ["good"]),
    ],
)
def test_what_is_said(page: Page, parts: list, said: list[str]) -> None:
    assert page.evaluate(SOUNDS, parts) == said


def test_rubbish(page: Page) -> None:
    said = page.evaluate(
        """async () => {
          const { bar, MicLevel } = await import('/gedeeld/mic-level.js');
          const judge = new MicLevel();
          const values = [NaN, Infinity, -Infinity, -1, 1e300, 0];
          for (const rms of values)
            for (const peak of values) judge.push({ rms, peak }, Math.random());
          return [judge.level, ...values.slice(3).map(bar)];
        }"""
    )
    assert said[0] in ("unknown", "good", "silent", "clipping")
    assert said[1:] == [0, 1, 0]
