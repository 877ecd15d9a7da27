"""Only sets that are written down may pair."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.identity import DeviceKey
from signaling.known_units import KnownUnits, UnitsError
from tests.server_tools import serving
from tests.test_pairing_server import both, challenge, devices, refusal, show_code


def test_without_a_list_every_unit_may() -> None:
    assert KnownUnits("").has(DeviceKey.make().public)


def test_a_new_set_needs_no_restart(tmp_path: Path) -> None:
    first, second = DeviceKey.make().public, DeviceKey.make().public
    file = tmp_path / "units"
    file.write_text(f"# sets of the north\n\n{first}  # lokaal 4\n")
    units = KnownUnits(str(file))
    assert units.has(first)
    assert not units.has(second)
    file.write_text(f"{second}\n")
    assert units.has(second)
    assert not units.has(first)


def test_a_list_that_goes_away_lets_nobody_in(tmp_path: Path) -> None:
    key = DeviceKey.make().public
    file = tmp_path / "units"
    file.write_text(key)
    units = KnownUnits(str(file))
    file.unlink()
    assert not units.has(key)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"not a key", "line 1"),
        (b"\n\nAAAA", "line 3"),
        (b"\xff\xfe", "readable text"),
        (b"#" * (1 << 21), "larger than 1 MiB"),
    ],
)
def test_a_wrong_list_is_told_at_the_start(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "units").write_bytes(content)
    with pytest.raises(UnitsError, match=told):
        KnownUnits(str(tmp_path / "units"))


def test_a_list_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(UnitsError, match=r"server\.units_file"):
        KnownUnits(str(tmp_path / "units"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_rubbish_is_told_or_lets_nobody_in(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "units").write_bytes(rubbish)
    try:
        units = KnownUnits(str(tmp_path / "units"))
    except UnitsError:
        return
    assert not units.has(DeviceKey.make().public)


async def test_a_unit_that_nobody_wrote_down_gets_no_code(tmp_path: Path) -> None:
    known, stranger = both()[0], both()[0]
    file = tmp_path / "units"
    file.write_text(known._key.public)
    async with serving(units=KnownUnits(str(file))) as running, devices(running) as at:
        device = await at.stranger()
        await device.send(stranger.open(await challenge(device)))
        assert await device.ended() == refusal("unknown_unit")
        await show_code(at, known)
