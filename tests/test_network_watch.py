"""Another network is noticed at once: by its default route, also where the address stays."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.room.network_watch import Network, Route, read

_HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
_V4 = _HEAD + (
    "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
    "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    "tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000080\t0\t0\t0\n"
    "bad0\t00000000\t00000000\t0201\t0\t0\t1\t00000000\t0\t0\t0\n"
)
_V6 = (
    f"{'0' * 32} 00 {'0' * 32} 00 fe80{'0' * 27}1 00000040 0 0 00000003 eth1\n"
    f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 1 0 00200200 lo\n"
)


def test_the_default_route_with_the_lowest_metric(tmp_path: Path) -> None:
    assert read(tmp_path).route is None
    (tmp_path / "route").write_text(_V4)
    assert read(tmp_path).route == Route(100, "eth0", "192.168.1.1")
    (tmp_path / "ipv6_route").write_text(_V6)
    route = read(tmp_path).route
    assert route is not None
    assert (route.metric, route.device) == (64, "eth1")


@given(st.text(max_size=300), st.text(max_size=300))
def test_rubbish_is_no_route(
    tmp_path_factory: pytest.TempPathFactory, one: str, other: str
) -> None:
    folder = tmp_path_factory.mktemp("net")
    (folder / "route").write_text(one)
    (folder / "ipv6_route").write_text(other)
    assert read(folder).route is None


_CABLE, _WIFI = Route(100, "eth0", "10.0.0.1"), Route(600, "wlan0", "10.0.0.1")


@pytest.mark.parametrize(
    ("before", "after", "better"),
    [
        (None, _CABLE, True),
        (None, _WIFI, True),
        (_WIFI, _CABLE, True),
        (_CABLE, _WIFI, False),  # the cable was pulled: the set leaves, it does not arrive
        (_CABLE, None, False),
        (_CABLE, Route(100, "eth0", "10.1.0.1"), True),
    ],
)
def test_where_one_arrives(before: Route | None, after: Route | None, better: bool) -> None:
    assert Network((), after).is_better_than(Network((), before)) is better


def test_the_same_network_is_no_arrival() -> None:
    assert not Network(("10.0.0.2",), _CABLE).is_better_than(Network(("10.0.0.2",), _CABLE))


_CHILD = """
import asyncio, time
from klasgenoot.room.network_watch import NetworkWatch

async def main():
    came = asyncio.Queue()
    watch = NetworkWatch(lambda network, _before: came.put_nowait(network))
    watch.start()
    for command in (
        "link add v0 type veth peer name v1", "link set v1 up", "link set v0 up",
        "addr add 10.9.1.2/24 dev v0",
        "route add default via 10.9.1.1", "route replace default via 10.9.1.3",
    ):
        while not came.empty():
            came.get_nowait()
        process = await asyncio.create_subprocess_exec("ip", *command.split())
        await process.wait()
        if command.startswith(("addr", "route")):
            network = await asyncio.wait_for(came.get(), 2)
    assert network.route.gateway == "10.9.1.3", network
    assert "10.9.1.2" in network.addresses, network
    watch.stop()
    print("seen")

asyncio.run(main())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="makes a network of its own")
def test_the_kernel_tells_of_another_route() -> None:
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-c", _CHILD],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout.strip() == "seen", done.stderr


async def test_without_netlink_looking_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    from klasgenoot.room import network_watch as watching

    told: list[tuple[Network, Network]] = []
    one = watching.NetworkWatch(lambda now, before: told.append((now, before)))

    def refuses(*_arguments: object) -> None:
        raise OSError("not here")

    monkeypatch.setattr(watching.socket, "socket", refuses)
    one.start()
    monkeypatch.setattr(watching, "read", lambda: Network(("10.0.0.9",), _CABLE))
    one.look()
    one.look()
    assert [now.addresses for now, _ in told] == [("10.0.0.9",)]
    one.stop()
    await asyncio.sleep(0)
