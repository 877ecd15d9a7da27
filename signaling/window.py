"""The browser window of a local page: Chromium with a profile in memory, opened again when it
dies."""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path

import structlog

log = structlog.get_logger()

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_REOPEN_S = 1.0  # a browser that crashes at once must not take the processor along
_SHM = Path("/dev/shm")  # noqa: S108 - a RAM disk: nothing of a lesson may touch a disk
_MEMORY = _SHM if _SHM.is_dir() else None
_FLAGS = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
    # Our own page in its own profile: whoever started it has asked for camera and microphone.
    "--auto-accept-camera-and-microphone-capture",
)


class WindowError(Exception):
    """No browser to open the page with; the text says what to install."""


async def keep_open(url: str, kiosk: bool, http_proxy: str = "") -> None:
    """Show `url` in a window of its own until cancelled; `kiosk` fills the screen.

    `http_proxy` is the way to the relay over TLS, never to the page itself, which is on loopback.

    Raises WindowError.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise WindowError("no Chromium found: install the package chromium")
    with tempfile.TemporaryDirectory(
        prefix="klasgenoot-", dir=_MEMORY, ignore_cleanup_errors=True
    ) as profile:
        while True:
            process = await asyncio.create_subprocess_exec(
                browser,
                *_FLAGS,
                f"--user-data-dir={profile}",
                *([f"--proxy-server={http_proxy}"] if http_proxy else []),
                *(["--kiosk", url] if kiosk else [f"--app={url}", "--start-maximized"]),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await process.wait()
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
            log.warning("window_closed")
            await asyncio.sleep(_REOPEN_S)
