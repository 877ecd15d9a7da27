"""Whom this device is paired with, for as long as its process runs.

Changes come from the own page (pairing_desk.py), from another process of this device (`pair`,
`unpair`, `trust`), and from the server (revoked). What is ended stays ended on disk, and a server
that does not know it, because it came back from an old backup, is told again.
"""

import asyncio
from collections.abc import Callable

import structlog

from signaling.client import LinkError
from signaling.keyfile import (
    KeyFileError,
    PairingWatch,
    end_pairing,
    load_ended,
    load_pairing,
)
from signaling.messages import Problem
from signaling.own_device import OwnDevice
from signaling.pairing_client import tell_unpaired

_log = structlog.get_logger("signaling.pair_keeper")


class PairKeeper:
    """`pairing` is None while un-paired, and `was_ended` tells whether there ever was one.
    `on_change` runs in the event loop, after it changed.
    """

    def __init__(self, device: OwnDevice, on_change: Callable[[], None]) -> None:
        """Raises KeyFileError."""
        self._device, self._directory = device, device.directory
        self._on_change = on_change
        self._watch = PairingWatch(self._directory)
        self.pairing = load_pairing(self._directory)
        self.was_ended = self._is_ended()
        self._telling: asyncio.Task[None] | None = None

    def poll(self) -> None:
        """Look whether another process changed it; a few times a second."""
        if self._watch.changed():
            self.reload()

    def reload(self) -> None:
        before = self.pairing
        try:
            self.pairing = load_pairing(self._directory)
        except KeyFileError as error:
            _log.error("pair_file", problem=str(error))
            self.pairing = None
        if self.pairing != before:
            self.was_ended = self._is_ended()
            self._on_change()

    def revoked(self, problem: Problem) -> None:
        """The server says that a pair is ended; of another pair or an older epoch it is no news."""
        pairing = self.pairing
        if pairing is None or problem.pair != pairing.name or problem.epoch < pairing.epoch:
            return
        _log.warning("revoked", epoch=pairing.epoch)
        try:
            end_pairing(self._directory, pairing, self._device.role)
        except KeyFileError as error:
            _log.error("pair_file", problem=str(error))
        self.pairing = None
        self.was_ended = True
        self._on_change()

    def online(self) -> None:
        """The server let this device in; if it is un-paired, that is a mistake to put right."""
        if self.pairing is None and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell())

    def _is_ended(self) -> bool:
        """Whether it was paired before and is no more, by whomever."""
        try:
            return self.pairing is None and load_ended(self._directory) is not None
        except KeyFileError:
            return False

    async def stop(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _tell(self) -> None:
        try:
            ended = load_ended(self._directory)
            if ended is not None:
                told = await tell_unpaired(self._device.link, self._device.key, ended)
                _log.info("server_told_unpaired", told=told)
        except (KeyFileError, LinkError) as error:
            _log.error("pair_file", problem=str(error))
