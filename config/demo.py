"""`python -m config.demo`: everything on one machine, with a simulated set.

Camera, light and class sound are simulated (`KLASGENOOT_PTZ_DRIVER` names another kind of
camera: visca-ip, pelco-d, onvif, uvc); keys, signatures, encryption, serial bytes, video
and sound on the line are the real thing. Runs until Ctrl-C.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from config.processes import Managed, ProcessError, keep_alive
from config.settings import SettingsError, load

_PTZ_PORTS = {"visca-ip": "sony://127.0.0.1:8775", "onvif": "http://127.0.0.1:8776"}
"""Where a simulated camera on the network listens; the others hang on the set's own folder."""

_START_S = 60.0  # a machine that unpacks its packages for the first time may be slow


class Demo:
    """The demo's processes, to be started and stopped together; also what benches start."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        hardware = folder / "hardware"
        server = load(environment=os.environ | environment).server
        url = f"ws://{server.host}:{server.port}/ws"
        driver = (os.environ | environment).get("KLASGENOOT_PTZ_DRIVER", "visca")
        self.environment = {
            "KLASGENOOT_SERVER_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/server.db",
            "KLASGENOOT_LINK_SERVER_URL": url,
            "KLASGENOOT_UNIT_STATE_DIR": str(folder / "unit"),
            "KLASGENOOT_LAPTOP_STATE_DIR": str(folder / "laptop"),
            "KLASGENOOT_LAPTOP_KEYS": "file",  # a demo leaves nothing in anybody's keyring
            "KLASGENOOT_CAMERA_SOURCE": os.environ.get("CAMERA", "sim:"),
            "KLASGENOOT_CAMERA_SCREEN_SOURCE": "sim:screen",
            "KLASGENOOT_CAMERA_POSE_FILE": str(hardware / "pose"),
            "KLASGENOOT_PTZ_DRIVER": driver,
            "KLASGENOOT_PTZ_PORT": _PTZ_PORTS.get(driver, str(hardware / "ptz")),
            "KLASGENOOT_LIGHT_DRIVER": "led",
            "KLASGENOOT_LIGHT_PATH": str(hardware / "light"),
            "KLASGENOOT_SOUND_CLASS_MICROPHONE": "sim:klas",
            **{k: v for k, v in os.environ.items() if k.startswith("KLASGENOOT_")},
            **environment,
        }
        self.journal = hardware / "journal"
        ptz = load(environment=os.environ | self.environment).ptz
        simulated: tuple[str, ...] = (
            "--driver",
            driver,
            "--port",
            ptz.port,
            "--profile",
            ptz.profile,
        )
        if ptz.port != str(hardware / "ptz") and "://127." not in ptz.port:
            simulated = ()  # the camera is a real one
        place = ("--dir", str(hardware), "--journal", str(self.journal))
        self.set = self._process("set", "hardware.simulator", *place, *simulated)
        self.server = self._process("server", "signaling", "run")
        self.unit = self._process("unit", "klasgenoot", "run")
        self.home = self._process("home", "thuis_client", "run")
        self.url = url

    @property
    def processes(self) -> tuple[Managed, ...]:
        return (self.set, self.server, self.unit, self.home)

    def start(self) -> tuple[str, str]:
        """Home and screen page. Raises ProcessError."""
        (self.folder / "hardware").mkdir(parents=True, exist_ok=True)
        self._introduce()
        for process in self.processes:
            process.start()
        self.set.wait_line("ready", _START_S)
        self.server.wait_line("server", _START_S)
        return self.home.wait_line("home ", _START_S), self.unit.wait_line("screen ", _START_S)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()

    def show_pupil(self) -> None:
        """As if the pupil had chosen, some day before, to be seen as the camera sees it."""
        self._tell("thuis_client", "appear", "picture")

    def invite(self) -> str:
        """A link to the helpdesk's pages: who opens it makes an account of this demo alone."""
        return self._tell("signaling", "account", "invite", "--role", "beheerder")

    def _process(self, name: str, *arguments: str) -> Managed:
        # A prefix such as `ip netns exec home` puts a process into a network of its own.
        prefix = shlex.split(os.environ.get(f"DEMO_{name.upper()}_PREFIX", ""))
        log = self.folder / f"{name}.log"
        return Managed(name, arguments, self.environment, prefix, log)

    def _introduce(self) -> None:
        """Make both keys, pin them to each other, and tell the server that they are a pair."""
        unit_key, laptop_key = self._tell("klasgenoot", "key"), self._tell("thuis_client", "key")
        self._tell("klasgenoot", "trust", laptop_key)
        self._tell("thuis_client", "trust", unit_key)
        self._tell("signaling", "pair", "add", unit_key, laptop_key)

    def _tell(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=_START_S,
            check=False,
        )
        if done.returncode != 0:
            raise ProcessError(f"{' '.join(arguments[:3])}: {done.stderr.strip()}")
        return done.stdout.strip()


def main() -> None:
    folder = Path(os.environ.get("DEMO_DIR", ".demo")).resolve()
    shutil.rmtree(folder, ignore_errors=True)  # a demo begins as a set that was just installed
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        demo = Demo(folder, {})
        demo.show_pupil()
        home, screen = demo.start()
        print(f"ready home={home} screen={screen} server={demo.url}", flush=True)
        print(f"helpdesk {demo.invite()}", flush=True)
        keep_alive(demo.processes, stopped.is_set)
    except (ProcessError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    finally:
        if "demo" in locals():
            demo.stop()


if __name__ == "__main__":
    main()
