"""Area `set`, scenario `boot`: an installed Debian is started by its own systemd until it is ready.

A container of the machine's (systemd-nspawn, root): the kernel and the firmware of a real set come
on top, and so does its screen, because a container has none. Camera, serial line and lamp are the
simulated ones, server and pairing real; the agent runs in its hardened unit as installed.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.results import Bound, Results

BOUNDS = (Bound("set", "boot", "power_to_ready_s", True, 30),)
_MOST_S = 90.0
_BIN = "/opt/klasgenoot/current/bin"
_SIM = "/run/klas-sim"
_SETTINGS = f"""\
[server]
database_url = "sqlite+aiosqlite:////var/lib/klas-server/server.db"
[unit]
state_dir = "/var/lib/klasgenoot"
[camera]
pose_file = "{_SIM}/pose"
[ptz]
driver = "visca"
port = "{_SIM}/ptz"
[light]
driver = "led"
path = "{_SIM}/light"
"""
_SIM_UNIT = f"""\
[Unit]
Before=klasgenoot.service
[Service]
ExecStartPre=/bin/mkdir -p {_SIM}
ExecStart={_BIN}/python -m hardware.simulator --dir {_SIM}
[Install]
WantedBy=multi-user.target
"""
_SERVER_UNIT = f"""\
[Service]
StateDirectory=klas-server
ExecStart={_BIN}/klasgenoot-server run --settings /etc/klasgenoot/klasgenoot.toml
[Install]
WantedBy=multi-user.target
"""
# The simulated set is a pseudo-terminal of root's, and its lamp is no file of the kernel.
_DROP_IN = f"[Service]\nDeviceAllow=char-pts rw\nReadWritePaths={_SIM}\n"
_SIM_OPEN = (
    f"ExecStartPost=/bin/sh -c 'until [ -e {_SIM}/ptz ]; do sleep 0.1; done; "
    f"chmod -R a+rwX {_SIM}; chmod a+rw $$(readlink {_SIM}/ptz)'\n"
)


class BootError(Exception):
    """No container can be started here; the text says what it said."""


def prepare(tree: Path) -> None:
    """Put the simulated set, a server and a pairing into an installed tree."""
    (tree / "etc/klasgenoot/klasgenoot.toml").write_text(_SETTINGS)
    units = tree / "etc/systemd/system"
    (units / "klas-sim.service").write_text(_SIM_UNIT.replace("[Install]", _SIM_OPEN + "[Install]"))
    (units / "klas-server.service").write_text(_SERVER_UNIT)
    for name in ("klas-sim", "klas-server"):
        link = units / f"multi-user.target.wants/{name}.service"
        link.unlink(missing_ok=True)
        link.symlink_to(f"../{name}.service")
    folder = units / "klasgenoot.service.d"
    folder.mkdir(exist_ok=True)
    (folder / "simulated.conf").write_text(_DROP_IN)
    (tree / "etc/machine-id").write_text("")
    made = "install -d -o klasgenoot -g klasgenoot -m 700 /var/lib/klasgenoot /var/lib/klas-laptop"
    _inside(tree, made)
    own = "runuser -u klasgenoot -- env HOME=/tmp"
    at = "--settings /etc/klasgenoot/klasgenoot.toml"
    laptop = "env KLASGENOOT_LAPTOP_STATE_DIR=/var/lib/klas-laptop KLASGENOOT_LAPTOP_KEYS=file"
    unit_key = _inside(tree, f"{own} {_BIN}/klasgenoot key {at}")
    laptop_key = _inside(tree, f"{own} {laptop} {_BIN}/thuis key {at}")
    _inside(tree, f"{own} {_BIN}/klasgenoot trust {at} -- {laptop_key}")
    _inside(tree, "mkdir -p /var/lib/klas-server")
    _inside(tree, f"{_BIN}/klasgenoot-server pair add {at} -- {unit_key} {laptop_key}")


def _inside(tree: Path, command: str) -> str:
    done = subprocess.run(
        ["chroot", str(tree), "/bin/sh", "-c", command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BootError(f"{command}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


@contextmanager
def booted(tree: Path, log: Path) -> Iterator[tuple[float, int]]:
    """When it was switched on (time.monotonic()), and the process that is its PID 1."""
    command = ["systemd-nspawn", "--quiet", f"--directory={tree}", "--boot", "--register=no"]
    command += ["--keep-unit", "--private-network", "--link-journal=no", "--console=pipe"]
    with log.open("wb") as file:
        start = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
        pid = 0
        try:
            pid = _first(process.pid)
            _plug(pid)
            yield start, pid
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if pid:  # its end is the end of all that was booted; nspawn's end is not
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.kill()
            process.wait()


def _first(nspawn: int) -> int:
    deadline = time.monotonic() + 20
    path = Path(f"/proc/{nspawn}/task/{nspawn}/children")
    while time.monotonic() < deadline:
        with suppress(OSError, IndexError):
            return int(path.read_text().split()[0])
        time.sleep(0.02)
    raise BootError("systemd-nspawn started nothing")


def _plug(pid: int) -> None:
    """A network that leads nowhere: without any, the set says so and is not ready."""
    made = (
        "ip link add plug type veth peer name wall && ip link set wall up"
        " && ip addr add 192.0.2.2/24 dev plug && ip link set plug up"
        " && ip route add default via 192.0.2.1"
    )
    subprocess.run(["nsenter", f"--target={pid}", "--net", "sh", "-c", made], check=True)


def ask(pid: int, *command: str) -> str:
    """What a command says inside the container."""
    done = subprocess.run(
        ["nsenter", f"--target={pid}", "--mount", "--uts", "--ipc", "--net", "--pid", *command],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout


def wait_ready(pid: int, start: float) -> float:
    """Seconds until the agent says that the set is ready. Raises BootError with its log."""
    while time.monotonic() - start < _MOST_S:
        told = ask(pid, "systemctl", "show", "klasgenoot", "--property=StatusText")
        if "state=ready" in told:
            return time.monotonic() - start
        time.sleep(0.1)
    raise BootError(
        ask(pid, "systemctl", "status", "--no-pager", "klasgenoot")
        + ask(pid, "journalctl", "--no-pager", "-n", "40")
    )


def wait_told(pid: int, *words: str) -> str:
    """What the agent says of itself, once all words are in it, or what it said last."""
    deadline, told = time.monotonic() + 15, ""
    while time.monotonic() < deadline and not all(word in told for word in words):
        told = ask(pid, "systemctl", "show", "klasgenoot", "--property=StatusText")
        time.sleep(0.1)
    return told


def measure_tree(results: Results, tree: Path, log: Path) -> None:
    """Start an installed tree and measure."""
    prepare(tree)
    with booted(tree, log) as (start, pid):
        results.add("set", "boot", "klasgenoot", power_to_ready_s=wait_ready(pid, start))
        told = wait_told(pid, "ptz=ok", "light=ok")
        # A hardened unit that keeps steering or lamp from working would be no gain.
        results.add("set", "boot", "klasgenoot", parts_work=float("=wrong" not in told))
