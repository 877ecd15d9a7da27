"""The agent holds no more memory than it uses: no huge pages that the kernel fills up."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.stage import new_demo

_HUGE = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_ASK = """
import mmap, sys
from klasgenoot.small_pages import use_small_pages
if sys.argv[1] == "small":
    use_small_pages()
room = mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
room.madvise(mmap.MADV_HUGEPAGE)
room[::4096] = bytes(len(room) // 4096)
lines = open("/proc/self/smaps_rollup").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("AnonHugePages")))
"""

pytestmark = pytest.mark.skipif(
    not _HUGE.exists() or "[never]" in _HUGE.read_text(), reason="a kernel without huge pages"
)


def huge_kib(how: str) -> int:
    command = [sys.executable, "-c", _ASK, how]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)


def test_who_asks_for_huge_pages_gets_none() -> None:
    assert huge_kib("as the kernel likes") > 0
    assert huge_kib("small") == 0


def test_the_agent_runs_so(tmp_path: Path) -> None:
    demo = new_demo(tmp_path / "demo")
    try:
        demo.start()
        assert demo.unit.process is not None
        status = Path(f"/proc/{demo.unit.process.pid}/status").read_text().split()
        assert status[status.index("THP_enabled:") + 1] == "0"
    finally:
        demo.stop()
