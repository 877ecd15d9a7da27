"""The pure pieces of the sound of the room, in a real browser: howling, ducking, devices, words."""

import pytest

from tests.conftest import Lesson

pytestmark = pytest.mark.browser

HOWL = """async ([tone, steps]) => {
    const { Howl } = await import('/howl.js');
    const howl = new Howl();
    let told = 0;
    steps.forEach((level, i) => {
        const spectrum = new Float32Array(1024).fill(-90);
        for (const [bin, below] of tone) spectrum[bin] = level - below;
        told += howl.step(spectrum, 100 * i);
    });
    return told;
}"""
ALONE = [[100, 0], [99, 6], [101, 6]]
WITH_OVERTONES = [[40, 0], [80, 6], [120, 10]]
GROWS = [-60 + 3 * i for i in range(15)]


@pytest.mark.parametrize(
    ("what", "tone", "levels", "told"),
    [
        ("a tone that grows by itself", ALONE, GROWS, 1),
        ("it goes on", ALONE, [*GROWS, *[-18] * 40], 3),
        ("a tone that was switched on", ALONE, [-90, *[-15] * 30], 0),
        ("a voice that swells", WITH_OVERTONES, GROWS, 0),
        ("it grows but stays soft", ALONE, [-60 + i for i in range(30)], 0),
        ("up and down, as music", ALONE, [-40, -34, -28, -34, -28, -40, -30, -24, -36] * 3, 0),
        ("silence", ALONE, [-1000] * 20, 0),
    ],
)
def test_howling(lesson: Lesson, what: str, tone: list, levels: list[float], told: int) -> None:
    assert lesson.screen.evaluate(HOWL, [tone, levels]) == told, what


def test_rubbish_in_the_spectrum_howls_not(lesson: Lesson) -> None:
    told = lesson.screen.evaluate(
        """async () => {
            const { Howl } = await import('/howl.js');
            const howl = new Howl();
            return [NaN, Infinity, -Infinity].map((x) => new Float32Array(8).fill(x))
                .concat(new Float32Array(0)).map((s, i) => howl.step(s, i * 100));
        }"""
    )
    assert told == [False] * 4


DUCKING = """async (steps) => {
    const { Ducking } = await import('/ducking.js');
    const ducking = new Ducking();
    // Both rooms are quiet at first: that is the floor.
    for (let i = 0; i < 40; i++) ducking.step(-65, -60, 25 * i);
    return steps.map(([teacher, room], i) => ducking.step(teacher, room, 1000 + 25 * i));
}"""


def test_the_teachers_voice_wins(lesson: Lesson) -> None:
    both = lesson.screen.evaluate(DUCKING, [[-30, -35]] * 10)
    assert all(gain < 0.3 for gain in both)
    pauses = lesson.screen.evaluate(DUCKING, [[-30, -35], *[[-64, -59]] * 30])
    assert pauses[10] < 0.3, "a pause between words"
    assert pauses[-1] == 1, "the teacher is silent: the class again"


def test_a_child_at_the_room_microphone_is_not_ducked(lesson: Lesson) -> None:
    gains = lesson.screen.evaluate(DUCKING, [[-45, -25]] * 10)  # the teacher's hears it from afar
    assert gains == [1] * 10


SOFT = """async (levels) => {
    const { Softness } = await import('/softness.js');
    const softness = new Softness();
    return levels.map((db) => softness.step(db)).at(-1);
}"""


@pytest.mark.parametrize(
    ("levels", "soft"),
    [
        ([-50] * 5, True),
        ([-50] * 3, False),  # too little was said
        ([-70] * 20, False),  # silence is not soft
        ([-50, -50, -30, -50, -50], False),
        ([-30, *[-50] * 20], True),  # it became soft
        ([-50, -50, -50, -50, None], False),  # the microphone went off
        ([None, -50, -50], False),
    ],
)
def test_a_soft_voice(lesson: Lesson, levels: list[float | None], soft: bool) -> None:
    assert lesson.screen.evaluate(SOFT, levels) is soft


CHOOSE = """async ([devices, name]) => {
    const { choose } = await import('/sound-devices.js');
    const full = devices.map(([deviceId, label]) => ({ kind: 'audioinput', deviceId, label }));
    return choose([...full, { kind: 'audiooutput', deviceId: 'x', label: 'Trust GXT' }], 'audioinput', name);
}"""  # noqa: E501
TWO = [["default", "Default"], ["a1", "Trust GXT microfoon"], ["b2", "Jabra SPEAK"]]


@pytest.mark.parametrize(
    ("devices", "name", "chosen"),
    [
        (TWO, "jabra", ("b2", True)),
        (TWO, "", ("", True)),
        (TWO, "Sennheiser", ("", False)),
        (TWO, "default", ("", False)),  # a role, no name
        ([["a1", ""]], "jabra", ("", False)),
        ([], "jabra", None),
        ([], "", None),
    ],
)
def test_a_device_by_part_of_its_name(
    lesson: Lesson, devices: list, name: str, chosen: tuple[str, bool] | None
) -> None:
    found = lesson.screen.evaluate(CHOOSE, [devices, name])
    assert (found and (found["id"], found["named"])) == chosen


def test_three_words_of_six_and_how_many_were_right(lesson: Lesson) -> None:
    found = lesson.screen.evaluate(
        """async () => {
            const { chooseWords, countRight, known } = await import('/gedeeld/woorden.js');
            const all = Array.from({ length: 50 }, () => chooseWords());
            return {
                sizes: all.every(({ said, shown }) => said.length === 3 && new Set(shown).size === 6
                    && said.every((word) => shown.includes(word)) && new Set(said).size === 3),
                several: new Set(all.map(({ said }) => said.join())).size > 10,
                edge: chooseWords(() => 1).shown.length,
                right: [['a', 'b', 'c'], ['a', 'a', 'a'], [], ['x', 'b', 'y']]
                    .map((picked) => countRight(['a', 'b', 'c'], picked)),
                known: known(['vis', 'vis', '__proto__', 'toString', '<b>', 'zon']),
            };
        }"""
    )
    assert found == {
        "sizes": True,
        "several": True,
        "edge": 6,
        "right": [3, 1, 0, 1],
        "known": ["vis", "zon"],
    }


def test_every_word_has_a_drawing_and_both_languages(lesson: Lesson) -> None:
    missing = lesson.screen.evaluate(
        """async () => {
            const { WOORDEN } = await import('/gedeeld/woorden.js');
            const { TEKSTEN } = await import('/gedeeld/teksten.js');
            const { GELUID } = await import('/gedeeld/teksten-geluid.js');
            const words = Object.keys(WOORDEN).map((word) => `word.${word}`);
            const { nl, en } = GELUID;
            const apart = [...Object.keys(nl), ...Object.keys(en)].filter((k) => !nl[k] || !en[k]);
            return [...apart, ...words.filter((key) => !TEKSTEN.nl[key] || !TEKSTEN.en[key])];
        }"""
    )
    assert missing == []


MIRROR = """async (received) => {
    const { Mirror } = await import('/gedeeld/spiegel.js');
    const log = [];
    const mirror = new Mirror({
        send: ({ type, on }) => log.push(type === 'mirror' ? `mirror ${on}` : type),
        sendBack: (on) => log.push(`back ${on}`),
        figures: async () => ({ width: 1, height: 1, fps: 1, level_db: -1 }),
        onChange: () => {},
    });
    for (const message of received) mirror.received(message);
    await new Promise((done) => setTimeout(done, 1900));
    return { log, mirrored: mirror.mirrored };
}"""


def test_the_mirror_ends_by_itself_when_the_other_page_falls_silent(lesson: Lesson) -> None:
    ended = lesson.screen.evaluate(MIRROR, [{"type": "mirror", "on": True}])
    assert ended["log"][0] == "back true"
    assert ended["log"][-1] == "back false"
    assert "reflection" in ended["log"]
    assert ended["mirrored"] is False


def test_a_reflection_nobody_asked_for_is_nothing(lesson: Lesson) -> None:
    figures = {"type": "reflection", "width": 1, "height": 1, "fps": 1, "level_db": -1}
    assert lesson.screen.evaluate(MIRROR, [figures])["log"] == []
