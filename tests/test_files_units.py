"""Sharing a file: what it is by its content, frames, tempo, and both ends of a made-up line."""

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from bench.stage import CHROMIUM
from signaling import messages as m
from signaling.messages_together import FileFrame
from tests.kiosk_tools import PlayedAgent
from tests.test_messages_together import GOOD_FRAMES, RUBBISH_FRAMES

pytestmark = pytest.mark.browser
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.fixture(scope="module")
def page(play: Playwright) -> Iterator[Page]:
    browser = play.chromium.launch(executable_path=CHROMIUM)
    page = browser.new_page()
    PlayedAgent(page)
    yield page
    browser.close()


def kind_of(page: Page, data: bytes) -> str | None:
    return page.evaluate(
        """async (bytes) => {
            const { kindOf } = await import('/gedeeld/bestand-soort.js');
            return kindOf(new Uint8Array(bytes));
        }""",
        list(data),
    )


def png(width: int, height: int) -> bytes:
    return PNG + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(13)


def jpeg(width: int, height: int) -> bytes:
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08" + size + bytes(12)


def word(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return file.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (png(640, 480), "png"),
        (png(65_535, 65_535), None),  # small on the way, four thousand million pixels after it
        (png(0, 480), None),
        (PNG, None),
        (jpeg(4000, 3000), "jpeg"),
        (jpeg(65_535, 65_535), None),
        (b"\xff\xd8\xff\xe0\0\0\0\0\0\0\0\0", None),
        ("Som 3: één ding\r\n\tklaar".encode(), "text"),
        (b"", None),
        (b"a\0b", None),
        (b"\xff\xfeab", None),
        (b"MZ\x90\0\x03", None),
        (b"\x7fELF\x02\x01", None),
        (b"GIF89a", "text"),  # nothing but letters
        (word(*WORD), "word"),
        (word(*WORD, "word/vbaProject.bin"), None),
        (word("a.txt"), None),
        (b"PK\x03\x04" + bytes(30), None),
        (word(*WORD)[:-10], None),
        (b"PK\x03\x04PK\x05\x06" + bytes(4) + bytes([255] * 14), None),
    ],
)
def test_a_file_is_what_is_in_it(page: Page, data: bytes, kind: str | None) -> None:
    assert kind_of(page, data) == kind


def test_a_saved_name_says_what_it_is(page: Page) -> None:
    names = page.evaluate(
        """async () => {
            const { savedName } = await import('/gedeeld/bestand-soort.js');
            const { plainName } = await import('/gedeeld/bestand-regels.js');
            return [
                savedName('Blad 3.PDF', 'pdf'), savedName('foto.exe', 'png'),
                savedName('../../.bashrc', 'text'), plainName('a\\u202efdp.exe\\u0000'),
                plainName('\\n'), [...plainName('é'.repeat(200) + '.pdf')].length,
            ];
        }"""
    )
    assert names == ["Blad 3.PDF", "foto.exe.png", "-..-.bashrc.txt", "afdp.exe", "bestand", 80]


def test_the_pages_read_frames_as_the_schema_does(page: Page) -> None:
    door = m.Decoder(FileFrame)
    raws = [m.encode(frame) for frame in GOOD_FRAMES] + list(RUBBISH_FRAMES) + ["x" * 2000]
    read = page.evaluate(
        """async (raws) => {
            const { readFrame } = await import('/gedeeld/bestand-regels.js');
            return [...raws, 7, null, {}].map((raw) => readFrame(raw));
        }""",
        raws,
    )
    for raw, frame in zip([*raws, None, None, None], read, strict=True):
        try:
            assert raw is not None
            expected = json.loads(m.encode(door(raw)))
        except (m.MessageError, AssertionError):
            expected = None
        assert frame == expected, raw


TEMPO = """async ([rate, others]) => {
    const { Tempo } = await import('/gedeeld/bestand-tempo.js');
    // A line of `rate` bytes a millisecond that others fill to a share; one queue for all.
    const tempo = new Tempo();
    let now = 0, queue = 0, sent = 0, worst = 0, flying = [], inFlight = 0, next = 0;
    while (now < 60000) {
        queue = Math.max(0, queue - rate + rate * others(now));
        while (flying.length && flying[0].arrives <= now) {
            const { size, arrives, left } = flying.shift();
            inFlight -= size;
            tempo.arrived(size, arrives - left + 777, now);
            sent += size;
        }
        while (inFlight + tempo.piece <= tempo.window && now >= next) {
            const size = tempo.piece;
            queue += size;
            inFlight += size;
            flying.push({ size, left: now, arrives: now + 20 + queue / rate });
            next = now + tempo.pauseMs;
        }
        if (now > 1000) worst = Math.max(worst, queue / rate);
        now += 1;
    }
    return { share: sent / (rate * 60000), worst };
}"""


@pytest.mark.parametrize(
    ("others", "least", "most", "worst"),
    [
        ("() => 0", 0.9, 1, 70),  # alone it takes the line, and hardly queues
        ("() => 0.5", 0.4, 0.51, 70),
        ("(now) => now < 20000 ? 0 : 0.7", 0.4, 0.6, 130),  # what others begin to take, it leaves
        ("() => 0.97", 0, 0.04, 160),  # a full line notices next to nothing
    ],
)
def test_it_takes_what_is_left(
    page: Page, others: str, least: float, most: float, worst: float
) -> None:
    result = page.evaluate(f"({TEMPO})([250, {others}])")
    assert least <= result["share"] <= most
    assert result["worst"] < worst


PAIR = """
globalThis.pair = async (takes = ['pdf', 'text'], gives = ['pdf', 'text']) => {
    const { Files } = await import('/gedeeld/bestand.js');
    const ends = {};
    const log = [];
    for (const name of ['here', 'there']) {
        const onFile = ({ name }) => log.push(name);
        const files = new Files({ takes, gives, onChange: () => {}, onFile });
        ends[name] = { files };
    }
    // A line that delivers whole frames in order, as a data channel does, and may be cut.
    const connect = () => {
        const line = (to) => ({
            readyState: 'open', bufferedAmount: 0, binaryType: '', passed: 0,
            send(data) {
                const copy = typeof data === 'string' ? data : data.slice().buffer;
                const cut = globalThis.cutAfter && this.passed >= globalThis.cutAfter;
                if (typeof data === 'string' || !cut)
                    setTimeout(() => to().onmessage?.({ data: copy }), 0);
                this.passed += copy.byteLength ?? 0;
            },
        });
        const a = line(() => b), b = line(() => a);
        ends.here.line = a; ends.there.line = b;
        ends.here.files.attach(a); ends.there.files.attach(b);
    };
    connect();
    const until = async (test) => { while (!test()) await new Promise((r) => setTimeout(r, 5)); };
    return { ...ends, connect, until, log };
};
"""


def run(page: Page, script: str) -> object:
    page.evaluate(PAIR)
    return page.evaluate(
        f"""async () => {{ globalThis.cutAfter = 0; const all = await pair();
            const {{ here, there, connect, until, log }} = all; {script} }}"""
    )


def test_a_file_arrives_whole(page: Page) -> None:
    assert run(
        page,
        """
        const text = 'één zin. '.repeat(20000);
        await here.files.share(new Blob([text]), 'Opdracht.txt');
        await until(() => here.files.outgoing.step === 'done');
        const [file] = there.files.kept;
        const whole = new TextDecoder().decode(file.bytes) === text;
        return [whole, file.name, log, here.files.outgoing.at === file.size];
        """,
    ) == [True, "Opdracht.txt", ["Opdracht.txt"], True]


def test_it_goes_on_where_it_was_when_the_line_comes_back(page: Page) -> None:
    assert run(
        page,
        """
        globalThis.cutAfter = 60000;
        const bytes = new TextEncoder().encode('0123456789'.repeat(20000));
        await here.files.share(new Blob([bytes]), 'a.txt');
        await until(() => there.files.incoming?.at > 50000);
        here.files.detach(); there.files.detach();
        globalThis.cutAfter = 0;
        connect();
        await until(() => here.files.outgoing.step === 'done');
        return [there.files.kept[0].size, here.line.passed < 160000];
        """,
    ) == [200_000, True]


def test_cancelled_from_either_side_nothing_is_stuck(page: Page) -> None:
    assert run(
        page,
        """
        const blob = new Blob(['x'.repeat(900000)]);
        globalThis.cutAfter = 60000;
        await here.files.share(blob, 'a.txt');
        await until(() => there.files.incoming?.at > 50000);
        here.files.cancel();
        await until(() => there.files.incoming === null);
        const first = here.files.outgoing.code;
        here.line.passed = 0;
        await here.files.share(blob, 'b.txt');
        await until(() => there.files.incoming?.at > 50000);
        there.files.refuse();
        await until(() => here.files.outgoing.step === 'stopped');
        const second = here.files.outgoing.code;
        globalThis.cutAfter = 0;
        await here.files.share(blob, 'c.txt');
        await until(() => here.files.outgoing.step === 'done');
        return [first, second, log];
        """,
    ) == ["cancelled", "cancelled", ["c.txt"]]


def test_what_was_damaged_on_the_way_is_not_taken(page: Page) -> None:
    assert run(
        page,
        """
        const send = here.line.send;
        here.line.send = function (data) {
            if (typeof data !== 'string') { data = data.slice(); data[7] ^= 1; }
            send.call(this, data);
        };
        await here.files.share(new Blob(['x'.repeat(9000)]), 'a.txt');
        await until(() => here.files.outgoing.step === 'stopped');
        return [here.files.outgoing.code, there.files.kept.length, there.files.incoming];
        """,
    ) == ["broken", 0, None]


def test_what_the_other_side_cannot_use_or_is_too_large_does_not_leave(page: Page) -> None:
    assert run(
        page,
        """
        const codes = [];
        for (const size of [9, 0, 26 * 1024 * 1024]) {
            await here.files.share(new Blob([new Uint8Array(size)]), 'a.pdf');
            codes.push(here.files.outgoing.code);
        }
        return [codes, here.line.passed];
        """,
    ) == [["kind", "kind", "too_large"], 0]


def test_rubbish_on_the_channel_does_nothing(page: Page) -> None:
    assert run(
        page,
        """
        const frames = [
            new Uint8Array(5).buffer, new ArrayBuffer(99999), 'x', '{}', 'null', '[]', 7,
            '{"type":"file_go","number":1,"at":0}',
            '{"type":"file_got","number":1,"at":9,"clock_ms":1}',
            '{"type":"file_stop","number":1,"code":"kind"}',
        ];
        for (const data of frames) there.line.onmessage({ data });
        const sha256 = 'a'.repeat(64);
        const good = { type: 'file_offer', number: 9, name: 'a', kind: 'text', size: 10, sha256 };
        const offer = (more) =>
            there.line.onmessage({ data: JSON.stringify({ ...good, ...more }) });
        offer({ size: 1e12 }); offer({ kind: 'word' });
        const before = there.files.incoming;
        offer({});
        there.line.onmessage({ data: new ArrayBuffer(11) }); // more than was announced
        const after = there.files.incoming;
        offer({});
        there.line.onmessage({ data: new ArrayBuffer(0) });
        return [before, after, there.files.incoming, there.files.kept.length];
        """,
    ) == [None, None, None, 0]


def test_after_the_lesson_nothing_is_kept(page: Page) -> None:
    assert run(
        page,
        """
        await here.files.share(new Blob(['abc']), 'a.txt');
        await until(() => here.files.outgoing.step === 'done');
        here.files.end(); there.files.end();
        return [there.files.kept, here.files.outgoing, there.files.incoming];
        """,
    ) == [[], None, None]


CONVERSATION = """async () => {
    const { Conversation } = await import('/gedeeld/gesprek.js');
    const wire = [], back = [];
    const a = new Conversation((message) => wire.push(message), () => {});
    const b = new Conversation((message) => back.push(message), () => {});
    const texts = ['Hoi', '   ', 'a\\n\\u202eb', 'x'.repeat(500), '3', '4', '5'];
    const results = texts.map((text) => a.say(text, 1000));
    for (const message of [...wire, wire[0]]) b.received(message);
    for (const message of back) a.received(message);
    const shown = a.lines.map(({ shown }) => shown);
    const heard = b.lines.map(({ text }) => text.length);
    b.setOpen(false);
    a.received(back.at(-1));
    const closed = [a.isOpen, b.lines.length];
    b.isOpen = true;
    for (let i = 0; i < 50; i++) b.received({ type: 'chat', number: 1e15 + i, text: `${i}` });
    return { results, shown, heard, closed, kept: b.lines.length };
}"""


def test_a_conversation_has_bounds(page: Page) -> None:
    assert page.evaluate(CONVERSATION) == {
        "results": ["said", "empty", "said", "said", "said", "fast", "fast"],
        "shown": [True] * 4,
        "heard": [3, 3, 200, 1],  # and the one that came twice stands there once
        "closed": [False, 0],
        "kept": 30,
    }
