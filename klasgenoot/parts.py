"""What hangs on the trolley: the camera's picture, what turns it, and the light."""

from pathlib import Path

from config.secret_file import read_password
from config.settings import Settings
from hardware.camera import HealthState, open_camera
from hardware.light import LightState, open_light
from klasgenoot.camera_operator import CameraOperator
from klasgenoot.following import Following
from klasgenoot.media.sources import NewestFrame, Source, open_source
from klasgenoot.presets import Presets
from klasgenoot.situation import NOT_FITTED, Part
from klasgenoot.smartboard import HEIGHT_PX, WIDTH_PX, Smartboard
from klasgenoot.upkeep.watchdog import Beat

_LIGHT_LEASE_S = 3.0  # the lamp goes out by itself this long after the agent died

_CAMERA_CODES = {"camera_absent", "camera_taken", "camera_stopped"}
"""What people have words for; anything else that a camera does looks like a stopped one."""


class Parts:
    """Opens every part by its settings; a part that is absent is a state, never an exception."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        ptz = settings.ptz
        self.capture = NewestFrame(self._open_source, self._picture_health)
        self.ptz = open_camera(
            ptz.driver,
            ptz.port,
            ptz.baud,
            ptz.profile,
            deadman_s=ptz.deadman_ms / 1000,
            address=ptz.address,
            user=ptz.user,
            password=read_password(ptz.password_file, "ptz.password_file"),
        )
        self.presets = Presets(Path(settings.unit.state_dir), settings.unit.room)
        self._following = Following(self.capture.newest, self.ptz)
        self.operator = CameraOperator(self.ptz, self.presets, self._following, self.capture.newest)
        self.light = open_light(settings.light.driver, settings.light.path)
        self.picture = Part()
        self.smartboard = Smartboard(self._open_screen) if settings.camera.screen_source else None

    def start(self) -> None:
        self.ptz.start()
        self.capture.start()
        self._following.start()

    def close(self) -> None:
        """The camera stands still and the light is out when this returns."""
        self._following.close()
        self.ptz.close()
        self.light.close()
        self.capture.stop()
        if self.smartboard is not None:
            self.smartboard.close()

    def show_light(self, state: LightState) -> None:
        self.light.show(state, _LIGHT_LEASE_S)

    def turning(self) -> Part:
        """Whether the camera can be turned."""
        return _part(self.ptz.health().state, "ptz")

    def lamp(self) -> Part:
        return _part(self.light.health().state, "light")

    def beats(self) -> tuple[Beat, ...]:
        """Whether the threads of camera and serial line go round (watchdog.py)."""
        capture, ptz = self.capture, self.ptz
        picture = Beat("camera", capture.newest() is not None, capture.beat_at)
        # A driver without a thread of its own has nothing that could hang.
        return (
            picture,
            Beat("serial", getattr(ptz, "worked", False), getattr(ptz, "beat_at", 0.0)),
        )

    def _open_source(self) -> Source:
        camera = self._settings.camera
        return open_source(
            camera.source,
            camera.width_px,
            camera.height_px,
            camera.rate_fps,
            pose_path=Path(camera.pose_file) if camera.pose_file else None,
        )

    def _open_screen(self) -> Source:
        camera = self._settings.camera
        return open_source(camera.screen_source, WIDTH_PX, HEIGHT_PX, camera.rate_fps)

    def _picture_health(self, state: str, code: str | None) -> None:
        if state == "running":
            self.picture = Part(True)
        elif code is not None:
            self.picture = Part(False, code if code in _CAMERA_CODES else "camera_stopped")


def _part(state: HealthState, name: str) -> Part:
    if state == "fixed":  # nothing there that could fail
        return Part(code=NOT_FITTED)
    if state == "opening":
        return Part()
    return Part(True) if state == "ready" else Part(False, f"{name}_{state}")
