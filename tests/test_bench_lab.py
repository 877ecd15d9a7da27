"""The network lab does what it says, and leaves nothing behind."""

import os
import random
import shutil
import subprocess

import pytest

from bench.lab_check import probe
from bench.lab_net import lab
from bench.lab_relay import Direction


def _present(command: str) -> bool:
    return shutil.which(command, path="/usr/sbin:/sbin:/usr/bin") is not None


needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(_present, ("ip", "nft"))),
    reason="the lab needs root, iproute2 and nftables",
)


def test_the_relay_keeps_the_order_and_the_mean() -> None:
    way = Direction(0.03, 0.03, random.Random(1))
    moments = [i / 60 for i in range(3600)]  # a minute
    for now in moments:
        way.take(b"", now)
    due = [at for at, _ in way.waiting]
    assert due == sorted(due)
    delays = [at - now for at, now in zip(due, moments, strict=True)]
    assert min(delays) >= 0
    assert max(delays) <= 0.06
    assert 0.024 < sum(delays) / len(delays) < 0.036


@needs_root
def test_rate_loss_delay_cut_and_address() -> None:
    with lab() as one:
        wide = probe(one, 4000, 1)
        assert wide.lost_pct == 0
        assert wide.delay_p50_ms < 5

        one.rate(350)
        narrow = probe(one, 800, 3)
        assert 320 < narrow.kbps < 380
        one.rate(20_000)

        one.loss(10)
        assert 6 < probe(one, 6000, 2).lost_pct < 14
        one.loss(0)

        one.delay(30, 30)
        slow = probe(one, 2000, 3)
        assert 20 < slow.delay_mean_ms < 45
        assert slow.overtaken == 0
        assert slow.lost_pct == 0
        one.delay(0)

        one.cut(True)
        ping = [*one.prefix("home"), "bash", "-c", "exec 3<>/dev/tcp/10.77.1.2/9"]
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(ping, timeout=1, check=False, capture_output=True)
        one.cut(False)
        done = subprocess.run(ping, timeout=5, check=False, capture_output=True, text=True)
        assert "refused" in done.stderr  # the far end answers again

        one.change_address()
        one.change_address()
        assert probe(one, 1000, 0.5).lost_pct == 0
        names = [one.school, one.home, one.line]
    left = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
    assert not any(name in left for name in names)
