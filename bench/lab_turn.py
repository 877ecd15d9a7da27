"""The real coturn with the product's own configuration, started from its binary."""

import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.settings import Turn
from config.turn import turnserver_conf

BINARY = shutil.which("turnserver", path="/usr/bin:/usr/local/bin:/usr/sbin")
SECRET = "only-for-this-test-0123456789-abcdefghijklmnop"
_START_S = 10.0
_BINDING = struct.pack("!HHI12s", 0x0001, 0, 0x2112A442, b"lab-binding-")
_ASK = (
    "import socket,sys;s=socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET,"
    "socket.SOCK_DGRAM);s.settimeout(0.2);s.sendto(bytes.fromhex(sys.argv[3]),"
    "(sys.argv[1],int(sys.argv[2])));s.recv(999)"
)


@contextmanager
def coturn(turn: Turn, prefix: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """Runs until the block ends; `prefix` puts it into a network namespace."""
    assert BINARY, "coturn is not installed"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = folder / "turnserver.conf"
        path.write_text(turnserver_conf(turn, SECRET))
        process = subprocess.Popen(
            [*prefix, BINARY, "-c", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            _until_it_answers(process, turn, prefix)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until_it_answers(process: subprocess.Popen[bytes], turn: Turn, prefix: Sequence[str]) -> None:
    where = [turn.relay_ip, str(turn.udp_port), _BINDING.hex()]
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"coturn ended by itself with {process.returncode}")
        if prefix:
            asked = [*prefix, "/usr/bin/python3", "-c", _ASK, *where]
            if subprocess.run(asked, check=False, stderr=subprocess.DEVNULL).returncode == 0:
                return
        elif _answers(turn):
            return
        time.sleep(0.05)
    raise TimeoutError("coturn does not answer")


def _answers(turn: Turn) -> bool:
    family = socket.AF_INET6 if ":" in turn.relay_ip else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.1)
        try:
            probe.sendto(_BINDING, (turn.relay_ip, turn.udp_port))
            return bool(probe.recv(999))
        except OSError:
            return False
