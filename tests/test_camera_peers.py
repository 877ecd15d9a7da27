"""Our simulated cameras before programs of others: what they understand, a camera's maker meant."""

import socket
from pathlib import Path
from typing import Any

import pytest

from hardware.simulator import SimulatedSet
from tests.camera_rigs import BY_NAME, LOGIN, HeardSet, free_port, wait_for


def test_another_program_turns_the_camera_over_sonys_visca(tmp_path: Path) -> None:
    peer = pytest.importorskip("visca_over_ip")
    port = free_port(socket.SOCK_DGRAM)
    # Its second socket takes the camera's own port on every address: hence another loopback one.
    with SimulatedSet(tmp_path, driver="visca-ip", port=f"sony://127.0.0.2:{port}") as one:
        camera = peer.Camera("127.0.0.2", port)
        try:
            camera.pantilt(10, 10, pan_position=288, tilt_position=-144)
            wait_for(lambda: one.head.position.pan_deg == pytest.approx(20, abs=0.1))
            wait_for(lambda: not one.head.moving)
            assert camera.get_pantilt_position() == (288, -144)
            camera.zoom_to(0.5)
            wait_for(lambda: one.head.position.zoom > 2)
            camera.pantilt(-10, 5)
            wait_for(lambda: one.head.position.pan_deg < 15)
            with pytest.raises(peer.exceptions.ViscaException, match="Syntax"):
                camera.pantilt(0, 0)  # its Stop has speed 0, which a strict camera refuses
        finally:
            camera.close_connection()


@pytest.mark.filterwarnings("ignore")
async def test_another_program_turns_the_camera_over_onvif(tmp_path: Path) -> None:
    peer = pytest.importorskip("onvif")
    zeep = pytest.importorskip("zeep")
    port = free_port()
    way = BY_NAME["onvif-login"]
    with HeardSet(tmp_path, way, f"http://127.0.0.1:{port}") as one:
        camera: Any = peer.ONVIFCamera(
            "127.0.0.1", port, LOGIN.user, LOGIN.password, adjust_time=True
        )
        try:
            await camera.update_xaddrs()
            media = await camera.create_media_service()
            token = (await media.GetProfiles())[0].token
            ptz = await camera.create_ptz_service()
            speed = {"PanTilt": {"x": 0.5, "y": 0.1}, "Zoom": {"x": 0.2}}
            await ptz.ContinuousMove({"ProfileToken": token, "Velocity": speed})
            wait_for(lambda: one.head.position.pan_deg > 2)
            await ptz.Stop({"ProfileToken": token, "PanTilt": True, "Zoom": True})
            wait_for(lambda: not one.head.moving)
            status = await ptz.GetStatus({"ProfileToken": token})
            told = status.Position.PanTilt.x * 170
            assert told == pytest.approx(one.head.position.pan_deg, abs=0.01)
            with pytest.raises(zeep.exceptions.Fault):
                await ptz.Stop({"ProfileToken": "another", "PanTilt": True, "Zoom": True})
        finally:
            await camera.close()
