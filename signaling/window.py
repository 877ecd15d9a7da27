"""The browser window of a local page: Chromium with a profile in memory, opened again when it
dies."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import structlog

log = structlog.get_logger()

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_REOPEN_S = 1.0  # a browser that crashes at once must not take the processor along
_SHM = Path("/dev/shm")  # noqa: S108 - a RAM disk: nothing of a lesson may touch a disk
_MEMORY = _SHM if _SHM.is_dir() else None
VOICE_FLAG = (
    "--force-fieldtrials=WebRTC-Audio-NetEqDelayManagerConfig/quantile:0.8,resample_interval_ms:10/"
)
"""The voice is kept back for four of five packets, not for the latest of nineteen in twenty half
seconds (WebRTC, NetEq's delay manager): figures in docs/sound.md."""
_FLAGS = (
    VOICE_FLAG,
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


def browser() -> str:
    """The path of a browser that can show the page. Raises WindowError."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise WindowError("no Chromium found: install the package chromium")
    return found


class Window:
    """A page in a browser window of its own, kept open by a child process.

    The child begins before the process that serves the page locks itself up (no_recording.py),
    because a browser has to write its profile, in memory.
    """

    def __init__(self, kiosk: bool, http_proxy: str = "") -> None:
        """`kiosk` fills the screen; `http_proxy` leads to the relay over TLS, never to the page.

        Raises WindowError.
        """
        browser()
        command = [sys.executable, "-m", __name__, "kiosk" if kiosk else "app", http_proxy]
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and settings
            command, stdin=subprocess.PIPE, text=True, process_group=0
        )

    def show(self, url: str) -> None:
        """Once only."""
        assert self._child.stdin
        self._child.stdin.write(url + "\n")
        self._child.stdin.flush()

    def close(self) -> None:
        """The end of its input ends the child, and the child its browser."""
        assert self._child.stdin
        self._child.stdin.close()
        self._child.wait()


async def keep_open(url: str, kind: str, http_proxy: str) -> None:
    """Show the page until cancelled; `kind` is `kiosk` (fills the screen) or `app`."""
    with tempfile.TemporaryDirectory(
        prefix="klasgenoot-", dir=_MEMORY, ignore_cleanup_errors=True
    ) as profile:
        while True:
            process = await asyncio.create_subprocess_exec(
                browser(),
                *_FLAGS,
                f"--user-data-dir={profile}",
                *([f"--proxy-server={http_proxy}"] if http_proxy else []),
                # Without a desktop (cage) there is Wayland only; Chromium looks for X first.
                *(["--ozone-platform=wayland"] if os.environ.get("WAYLAND_DISPLAY") else []),
                *(["--kiosk", url] if kind == "kiosk" else [f"--app={url}", "--start-maximized"]),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await process.wait()
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()
            log.warning("window_closed")
            await asyncio.sleep(_REOPEN_S)


async def _main(kind: str, http_proxy: str) -> None:
    loop = asyncio.get_running_loop()
    if not (url := (await loop.run_in_executor(None, sys.stdin.readline)).strip()):
        return
    window = asyncio.create_task(keep_open(url, kind, http_proxy))
    await loop.run_in_executor(None, sys.stdin.read)
    window.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await window


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
