"""Area `set`, scenario `agent`: from the start of the agent's process until the set is ready.

Ready is what the screen shows as ready: server reached, camera's picture there. Measured at the
socket where systemd listens (READY=1, STATUS=), with the simulated set and a server beside it.
"""

import statistics
import tempfile
import time
from pathlib import Path

from bench.notify_listener import Listener
from bench.results import Bound, Results
from bench.stage import new_demo

BOUNDS = (Bound("set", "agent", "start_to_ready_s", True, 4),)
_STARTS = 5


def measure(results: Results) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        listener = Listener(folder / "notify")
        demo = new_demo(folder / "demo", CAMERA_SOURCE="sim:")
        demo.unit.say_to(listener.path)
        notified, ready = [], []
        try:
            demo.start()
            for _ in range(_STARTS):
                demo.unit.stop()
                listener.forget()
                start = time.monotonic()
                demo.unit.start()
                ready.append(listener.wait("STATUS=state=ready")[0] - start)
                notified.append(listener.wait("READY=1")[0] - start)
        finally:
            demo.stop()
            listener.close()
    results.add(
        "set",
        "agent",
        "klasgenoot",
        start_to_ready_s=max(ready),
        start_to_ready_p50_s=statistics.median(ready),
        start_to_notified_s=max(notified),
    )
