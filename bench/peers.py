"""The peers: Chromium to Chromium, and plain aiortc to Chromium, each as its own examples do it.

Both go through a signaling server that only relays on loopback; the click is the moment at which
the receiving page makes its peer connection, so that both are measured from where we are.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import serial
from aiohttp import web
from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from av import VideoFrame
from playwright.sync_api import Browser, Playwright

from bench.presses import presses
from bench.stage import CHROMIUM, FLAGS
from hardware.simulator import SimulatedSet
from klasgenoot.media.frame import Picture
from klasgenoot.media.sources import Source, open_source

_PAGE = """<!doctype html><video id=v autoplay muted playsinline></video><script type=module>
globalThis.join = async (steers = false) => {
    const pressed = performance.now();
    globalThis.pc?.close();
    const pc = globalThis.pc = new RTCPeerConnection();
    if (steers) steerBy(pc.createDataChannel('steer'));
    pc.addTransceiver('video', { direction: 'recvonly' });
    pc.ontrack = ({ track }) => { v.srcObject = new MediaStream([track]); };
    await pc.setLocalDescription();
    await new Promise((done) => {
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
        if (pc.iceGatheringState === 'complete') done();
    });
    const request = { method: 'POST', body: JSON.stringify(pc.localDescription) };
    const answer = await (await fetch('/offer', request)).json();
    const shown = new Promise((done) =>
        v.requestVideoFrameCallback(() => done(performance.now())));
    await pc.setRemoteDescription(answer);
    return (await shown) - pressed;
};
const steerBy = (channel) => {
    const turns = { ArrowLeft: 'left', ArrowRight: 'right' };
    addEventListener('keydown', (e) => !e.repeat && channel.send(turns[e.key]));
    addEventListener('keyup', () => channel.send('stop'));
};
globalThis.answer = async (offer) => {
    const size = { video: { width: 1280, height: 720 } };
    globalThis.camera ??= await navigator.mediaDevices.getUserMedia(size);
    globalThis.pc?.close();
    const pc = globalThis.pc = new RTCPeerConnection();
    pc.addTrack(camera.getTracks()[0], camera);
    await pc.setRemoteDescription(offer);
    await pc.setLocalDescription();
    await new Promise((done) => {
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
        if (pc.iceGatheringState === 'complete') done();
    });
    return pc.localDescription.toJSON();
};
</script>"""


_Asked = tuple[dict[str, str], "asyncio.Future[object]"]


class _Relay:
    """Serves the page, and hands an offer to whoever answers it."""

    def __init__(self) -> None:
        self.offers: asyncio.Queue[_Asked | None] = asyncio.Queue()
        self.url = ""
        self.loop = asyncio.new_event_loop()

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def _offer(self, request: web.Request) -> web.Response:
        answer: asyncio.Future[object] = self.loop.create_future()
        await self.offers.put((await request.json(), answer))
        return web.json_response(await answer)

    async def start(self) -> None:
        app = web.Application()
        app.add_routes([web.get("/", self._page), web.post("/offer", self._offer)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"


@contextmanager
def _relay() -> Iterator[_Relay]:
    relay = _Relay()
    thread = threading.Thread(target=relay.loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(relay.start(), relay.loop).result(10)
    try:
        yield relay
    finally:
        relay.loop.call_soon_threadsafe(relay.loop.stop)
        thread.join(5)


def _browser(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def chromium_click_to_picture(playwright: Playwright, joins: int) -> list[float]:
    """Milliseconds from click to first picture, Chromium to Chromium with its fake camera."""
    times: list[float] = []
    with _relay() as relay:
        looker, sender = _browser(playwright), _browser(playwright)
        look, send = looker.new_page(), sender.new_page()
        for page in (look, send):
            page.goto(relay.url)
        # The sending page polls for offers through Playwright's own thread: not on the clock.
        for _ in range(joins + 1):
            look.evaluate("void (globalThis.done = join())")
            future = asyncio.run_coroutine_threadsafe(relay.offers.get(), relay.loop)
            asked = future.result(10)
            assert asked is not None
            offer, answer = asked
            description = send.evaluate("(offer) => answer(offer)", offer)
            relay.loop.call_soon_threadsafe(answer.set_result, description)
            times.append(look.evaluate("done"))
        looker.close()
        sender.close()
    return times[1:]  # the first also opens the camera, which ours has open


_READING = threading.Lock()


class _PlainTrack(VideoStreamTrack):
    """The simulated camera as aiortc's examples would send it."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        loop = asyncio.get_running_loop()
        picture = await loop.run_in_executor(None, self._read)
        frame = VideoFrame.from_ndarray(picture.i420, format="yuv420p")
        frame.pts, frame.time_base = pts, time_base
        return frame

    def _read(self) -> Picture:
        with _READING:  # the track of the connection before may still be at it
            return self._source.read()


def aiortc_click_to_picture(playwright: Playwright, joins: int) -> list[float]:
    """The same with plain aiortc as the sender, its defaults untouched."""
    times = []
    with _relay() as relay:
        serving = asyncio.run_coroutine_threadsafe(_serve_plain(relay), relay.loop)
        browser = _browser(playwright)
        page = browser.new_page()
        page.goto(relay.url)
        times = [page.evaluate("join()") for _ in range(joins + 1)]
        browser.close()
        relay.loop.call_soon_threadsafe(relay.offers.put_nowait, None)
        serving.result(10)
    return times[1:]


_DRIVES = {
    drive: bytes.fromhex(f"81010601 0808 {direction}03 ff")
    for drive, direction in (("left", "01"), ("right", "02"), ("stop", "03"))
}


def aiortc_steering(playwright: Playwright, count: int) -> tuple[list[float], list[float]]:
    """`presses` through plain aiortc, which writes to the line what its data channel says."""
    with TemporaryDirectory() as name, _relay() as relay:
        folder = Path(name)
        journal = folder / "journal"
        with SimulatedSet(folder, journal=journal), serial.Serial(str(folder / "ptz")) as port:
            serving = asyncio.run_coroutine_threadsafe(
                _serve_plain(relay, port, folder / "pose"), relay.loop
            )
            browser = _browser(playwright)
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(relay.url)
            page.evaluate("join(true)")
            times = presses(page, journal, count)
            browser.close()
            relay.loop.call_soon_threadsafe(relay.offers.put_nowait, None)
            serving.result(10)
    return times


async def _serve_plain(
    relay: _Relay, port: serial.Serial | None = None, pose_path: Path | None = None
) -> None:
    connection: RTCPeerConnection | None = None
    source = open_source("sim:stamped", 1280, 720, 30, pose_path)  # as ours, before the click
    source.read()
    while (asked := await relay.offers.get()) is not None:
        offer, answer = asked
        if connection is not None:
            await connection.close()
        connection = RTCPeerConnection()
        connection.addTrack(_PlainTrack(source))
        if port is not None:
            _drive_by(connection, port)
        await connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], offer["type"]))
        await connection.setLocalDescription(await connection.createAnswer())
        local = connection.localDescription
        answer.set_result({"sdp": local.sdp, "type": local.type})
    if connection is not None:
        await connection.close()
    source.close()


def _drive_by(connection: RTCPeerConnection, port: serial.Serial) -> None:
    @connection.on("datachannel")
    def opened(channel: RTCDataChannel) -> None:
        channel.on("message", lambda drive: port.write(_DRIVES[drive]))
