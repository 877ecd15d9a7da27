"""Pairing as a page sees it: starts, shows, asks, stops. Unit and laptop each have one desk."""

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from signaling.client import LinkError
from signaling.keyfile import KeyFileError, highest_epoch, save_pairing
from signaling.messages import Message
from signaling.messages_pairing import PairSay, PairStart, PairStep, PairStop
from signaling.own_device import OwnDevice
from signaling.pairing import Ceremony, LaptopCeremony, PairingError, UnitCeremony
from signaling.pairing_client import PairingRun
from signaling.pairing_code import CodeError, PairingCode

_log = structlog.get_logger("signaling.pairing_desk")

_OFF = PairStep(state="off")


class PairingDesk:
    """One pairing at a time; `step` is what the page shows, told by `on_step` at every change."""

    def __init__(
        self,
        device: OwnDevice,
        on_step: Callable[[PairStep], object],
        on_paired: Callable[[], None],
        qr: Callable[[str], tuple[str, ...]] | None = None,
    ) -> None:
        """`qr` draws a text as rows of 0 and 1. `on_paired` is called once it is on disk."""
        self.step = _OFF
        self._device = device
        self._on_step, self._on_paired, self._qr = on_step, on_paired, qr
        self._run: PairingRun | None = None
        self._rows: tuple[str, ...] = ()
        self._task: asyncio.Task[None] | None = None

    def handle(self, message: Message, paired: bool) -> None:
        """What the page asks for; a device that is paired has to be un-paired first."""
        match message:
            case PairStart() if not paired and self._task is None:
                self._start(message.code)
            case PairSay() if self._run is not None:
                self._run.say(message.same)
            case PairStop() if self._task is not None:
                self._task.cancel()
            case PairStop():
                self._show(_OFF)

    def tell(self) -> None:
        """To a page that is new."""
        self._on_step(self.step)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _start(self, typed: str) -> None:
        try:
            ceremony = begin(self._device, typed)
        except CodeError as error:
            self._show(PairStep(state="failed", problem=error.code))
            return
        except KeyFileError as error:
            _log.error("pair_file", problem=str(error))
            self._show(PairStep(state="failed", problem="disk"))
            return
        if self._qr is not None:
            self._rows = self._qr(ceremony.code.scanned(self._device.key.public))
        self._run = PairingRun(self._device.link, ceremony, self._changed)
        self._changed()
        self._task = asyncio.create_task(self._pair(self._run))

    async def _pair(self, run: PairingRun) -> None:
        try:
            pairing = await run.run()
            save_pairing(self._device.directory, pairing, self._device.role)
        except PairingError as error:
            _log.warning("pairing_failed", code=error.code)
        except (KeyFileError, LinkError) as error:
            _log.error("pairing_failed", problem=str(error))
            self._show(PairStep(state="failed", problem="disk"))
        except asyncio.CancelledError:
            self._show(_OFF)
        else:
            self._on_paired()
            self._show(self._step(run))
        finally:
            self._run = self._task = None

    def _changed(self) -> None:
        # Done is told once it is on disk: a join or a "Klaar" may follow at once.
        if self._run is not None and self._run.ceremony.state != "done":
            self._show(self._step(self._run))

    def _step(self, run: PairingRun) -> PairStep:
        ceremony = run.ceremony
        shown = self._device.role == "unit" and ceremony.state in ("opening", "waiting")
        return PairStep(
            state=ceremony.state,
            problem=ceremony.problem,
            code=ceremony.code.typed() if shown else "",
            qr=self._rows if shown else (),
            seconds=ceremony.seconds_left(time.monotonic()),
            words=ceremony.words,
        )

    def _show(self, step: PairStep) -> None:
        self.step = step
        with contextlib.suppress(Exception):  # a page that is gone asks again when it is back
            self._on_step(step)


def begin(device: OwnDevice, typed: str) -> Ceremony:
    """A ceremony of this device; `typed` is the code, at the laptop.

    Raises CodeError, KeyFileError.
    """
    now, epoch = time.monotonic(), highest_epoch(device.directory)
    if device.role == "unit":
        return UnitCeremony(device.key, PairingCode.make(), epoch, now)
    return LaptopCeremony(device.key, PairingCode.read(typed), epoch, now)
