"""The question light: its interface, its drivers, and the pure part that all of them share."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Literal, Protocol, get_args

from hardware.motion import Health

LightState = Literal["off", "on", "pulse"]
HALF_PERIOD_S = 0.25  # 2 Hz draws the eye and stays under the 3 flashes a second of WCAG 2.3.1
MAX_LEASE_S = 3600.0  # no question waits longer than a lesson


class LightError(ValueError):
    """An unknown state, or a lease that is no time; the light goes out."""


class UnknownLightError(ValueError):
    """No such driver; the message lists the known ones."""


class Light(Protocol):
    """A light that goes out by itself. Every method may be called from any thread at once."""

    def show(self, state: LightState, lease_s: float) -> None:
        """Off, on or pulse for lease_s seconds (0…3600) unless renewed; LightError puts it out."""

    def health(self) -> Health:
        """`ready`, `absent` with the reason, or `fixed` if there is no light at all."""

    def close(self) -> None:
        """Put it out and let it go."""


LIGHTS = {
    "led": "hardware.led_light:led",
    "none": "hardware.light:NoLight",
    "relay": "hardware.relay_light:relay",
    "busylight": "hardware.guarded_light:busylight",
    "gpio": "hardware.guarded_light:gpio",
}


def open_light(driver: str, place: str) -> Light:
    """Make a light, off; UnknownLightError, ValueError.

    `place` is an LED-class folder (`led`), a serial port (`relay`), part of a name (`busylight`)
    or a pin (`gpio`).
    """
    if driver not in LIGHTS:
        raise UnknownLightError(f"no light driver {driver!r}; known: {', '.join(LIGHTS)}")
    module, name = LIGHTS[driver].split(":")
    light: Light = getattr(import_module(module), name)(place)
    return light


class Lease:
    """What the lamp must do at any time, from the last `show`. Pure: time is an argument."""

    def __init__(self) -> None:
        self._state: LightState = "off"
        self._since = self._until = -math.inf

    def show(self, state: LightState, lease_s: float, now: float) -> None:
        """A renewed pulse keeps its beat; LightError puts the lamp out."""
        lease_is_time = isinstance(lease_s, int | float) and 0 <= lease_s <= MAX_LEASE_S
        if state not in get_args(LightState) or not lease_is_time:
            self._state = "off"
            raise LightError(
                f"a light shows off, on or pulse for 0…{MAX_LEASE_S:.0f} seconds,"
                f" not {state!r} for {lease_s!r}"
            )
        if state != self._state or now >= self._until:
            self._since = now
        self._state, self._until = state, now + lease_s

    def lit(self, now: float) -> bool:
        """Whether the lamp burns now."""
        if self._state == "off" or now >= self._until:
            return False
        return self._state == "on" or int((now - self._since) / HALF_PERIOD_S) % 2 == 0

    def next_change(self, now: float) -> float | None:
        """When `lit` may change by itself."""
        if self._state == "off" or now >= self._until:
            return None
        if self._state == "on":
            return self._until
        beats = int((now - self._since) / HALF_PERIOD_S) + 1
        return min(self._until, self._since + beats * HALF_PERIOD_S)


class NoLight:
    """The driver `none`: the question shows on the screen only."""

    def __init__(self, place: str) -> None:
        """Takes what every driver takes."""
        self._lease = Lease()

    def show(self, state: LightState, lease_s: float) -> None:
        """Refuses nonsense like every driver."""
        self._lease.show(state, lease_s, 0.0)

    def health(self) -> Health:
        """Always `fixed`."""
        return Health("fixed", "there is no light")

    def close(self) -> None:
        """Nothing to let go."""
