"""The lamps that `lamp_guard` holds, each by its own library (extras `lights`, `gpio`)."""

from __future__ import annotations

from importlib import import_module

RED = (255, 0, 0)


class Busylight:
    """One of the many USB lights that busylight-core knows."""

    def __init__(self, place: str) -> None:
        """The first light whose name or path contains `place` ("" is any); OSError."""
        logger = import_module("loguru").logger
        logger.remove()  # its default is standard error, with the serial numbers of devices
        lights = import_module("busylight_core").Light.all_lights()
        for light in lights:
            if place.lower() in f"{light.name} {light.path}".lower():
                self._light = light
                return
        raise OSError(f"no USB light{f' called {place}' if place else ''} among {len(lights)}")

    def __call__(self, lit: bool) -> str:
        """Burn red or not."""
        if lit:
            self._light.on(RED)
        else:
            self._light.off()
        return str(self._light.name)


class Gpio:
    """A lamp on a pin of a Raspberry Pi or the like, by gpiozero."""

    def __init__(self, place: str) -> None:
        """`place` is a pin as gpiozero has it (`17`, `GPIO17`, `BOARD11`); ValueError."""
        if not place:
            raise ValueError("light.path must name the pin, for example GPIO17")
        pin = int(place) if place.isdigit() else place
        self._lamp = import_module("gpiozero").DigitalOutputDevice(pin)
        self._name = place

    def __call__(self, lit: bool) -> str:
        """Burn or not."""
        self._lamp.value = lit
        return self._name
