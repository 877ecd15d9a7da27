"""A measurement that is told to stop ends what it started: what is left spoils the next one."""

import signal
import sys


def end_cleanly() -> None:
    """Let SIGTERM run every `finally`, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
