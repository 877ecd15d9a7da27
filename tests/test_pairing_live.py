"""Ending a pair in the middle of a lesson, and an old backup of the server's database after it."""

import asyncio
import shutil
import time
from pathlib import Path

import pytest

from bench.stage import new_demo
from config.demo import Demo
from config.settings import Settings, load
from signaling.keyfile import load_ended, load_pairing
from tests.conftest import wait_for
from thuis_client.probe import Probe, Report

STOP_S = 5.0
"""The bound of the product."""
_QUIET_S = 1.0


def settings_of(demo: Demo) -> Settings:
    return load(environment=demo.environment)


def probed(demo: Demo, seconds: float) -> Report:
    return asyncio.run(Probe(settings_of(demo)).run(seconds))


async def stops_after(demo: Demo, command: tuple[str, ...]) -> float:
    """Seconds from the end of `command` until the last picture of a lesson that was going on."""
    probe = Probe(settings_of(demo))
    lesson = asyncio.create_task(probe.run(60.0))
    try:
        async with asyncio.timeout(20):
            while probe._frames < 5:
                await asyncio.sleep(0.02)
        await asyncio.to_thread(demo._tell, *command)
        began = last = time.monotonic()
        frames = probe._frames
        while time.monotonic() - last < _QUIET_S:
            await asyncio.sleep(0.02)
            if probe._frames != frames:
                frames, last = probe._frames, time.monotonic()
            assert last - began < 3 * STOP_S, "the picture goes on"
        return last - began
    finally:
        lesson.cancel()
        await asyncio.gather(lesson, return_exceptions=True)
        await probe._connection.close()


@pytest.mark.parametrize(
    "command", [("signaling", "revoke"), ("klasgenoot", "unpair"), ("thuis_client", "unpair")]
)
def test_the_picture_stops_and_an_old_backup_brings_nobody_back(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    demo = new_demo(tmp_path / "demo")
    database, backup = demo.folder / "server.db", tmp_path / "backup.db"
    unit, laptop = demo.folder / "unit", demo.folder / "laptop"
    try:
        demo.start()
        demo.home.stop()  # the probe is the laptop
        shutil.copy(database, backup)
        shutil.copytree(laptop, tmp_path / "stolen")
        pairing = load_pairing(unit)
        assert pairing is not None
        name = (pairing.name,) if command[0] == "signaling" else ()
        assert asyncio.run(stops_after(demo, (*command, *name))) < STOP_S
        wait_for(lambda: load_ended(unit) == pairing, what="the unit to remember")

        demo.server.stop()
        demo.unit.stop()  # a night passes
        shutil.copy(backup, database)
        Path(f"{database}.revoked").unlink()  # all of the server's disk is of yesterday
        shutil.rmtree(laptop)
        shutil.copytree(tmp_path / "stolen", laptop)  # and the thief's laptop forgets it, too
        demo.server.start()
        demo.server.wait_line("server", 20)
        demo.unit.start()
        demo.unit.wait_line("screen ", 20)
        report = probed(demo, 0.5)
        assert not report.ok and not report.picture_s
        wait_for(lambda: "revoked" in demo._tell("signaling", "pair", "list"), what="the server")
    finally:
        demo.stop()
