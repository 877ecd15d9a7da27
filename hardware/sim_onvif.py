"""A head that obeys ONVIF's PTZ service, with its own time-out and WS-Security. Pure but for HTTP.

Stricter than most cameras: a digest is taken once, its time must be within five seconds of ours,
and a request without login is refused where a user is set.
"""

from __future__ import annotations

import base64
import binascii
import math
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hardware import onvif_soap as soap
from hardware.motion import Position
from hardware.onvif_soap import Login, OnvifError
from hardware.profiles import Profile
from hardware.sim_body import SimBody

CLOCK_S = 5.0
TOKEN = "hoofd"  # noqa: S105  the name of a media profile
_SPACE = "http://www.onvif.org/ver10/tptz"
_NONCES = 1000


class SimOnvif:
    """One request in, one answer out; `skew_s` is how wrong the camera's own clock is."""

    def __init__(self, profile: Profile, login: Login | None = None, *, skew_s: float = 0) -> None:
        """`mute` and `rubbish` may change later."""
        self.mute = self.rubbish = False
        self.skew_s = skew_s
        self._login = login
        self._body = SimBody(profile)
        self._until = math.inf
        self._nonces: list[bytes] = []
        self._names: dict[str, int] = {}

    @property
    def position(self) -> Position:
        """See Head."""
        return self._body.position

    @property
    def moving(self) -> bool:
        """See Head."""
        return self._body.moving

    def advance(self, now: float) -> None:
        """See Head; the camera's own dead man works here."""
        self._body.advance(min(now, self._until))
        if now >= self._until:
            self._until = math.inf
            self._body.stop()
        self._body.advance(now)

    def answer(
        self, path: str, body: bytes, host: str, now: float, wall: float
    ) -> tuple[int, bytes]:
        """Status and envelope; `wall` is the time of day in seconds since 1970."""
        self.advance(now)
        if self.rubbish:
            return 200, b"<html>" + body[:40][::-1]
        try:
            request = soap.parse(body)
            name = request.tag.rpartition("}")[2]
            if name != "GetSystemDateAndTime" and not self._known(body, wall + self.skew_s):
                return 400, _fault("NotAuthorized", "Sender not authorized")
            return 200, soap.envelope(self._obey(name, request, host, now, wall))
        except (OnvifError, ValueError, KeyError):
            return 400, _fault("InvalidArgVal", "strange request")

    def _known(self, data: bytes, camera_time: float) -> bool:
        if self._login is None:
            return True
        texts = {
            each.tag.rpartition("}")[2]: each.text or ""
            for each in ElementTree.fromstring(data).iter()  # noqa: S314
        }
        try:
            nonce = base64.b64decode(texts["Nonce"], validate=True)
            created = datetime.fromisoformat(texts["Created"]).replace(tzinfo=UTC).timestamp()
        except (KeyError, ValueError, binascii.Error):
            return False
        digest = soap.password_digest(self._login.password, nonce, texts["Created"])
        if nonce in self._nonces or abs(created - camera_time) > CLOCK_S:
            return False
        self._nonces = [*self._nonces[-_NONCES:], nonce]
        return (texts.get("Username"), texts.get("Password")) == (self._login.user, digest)

    def _obey(
        self, name: str, request: ElementTree.Element, host: str, now: float, wall: float
    ) -> str:
        match name:
            case "GetSystemDateAndTime":
                return _time(wall + self.skew_s)
            case "GetCapabilities":
                return _capabilities(host)
            case "GetProfiles":
                return _profiles()
            case "GetStatus":
                return self._status(wall)
        if request.findtext(f"{{{soap.PTZ}}}ProfileToken") != TOKEN:
            raise OnvifError("no such profile")
        return self._move(name, request, now)

    def _move(self, name: str, request: ElementTree.Element, now: float) -> str:
        body, model = self._body, self._body.profile
        token = request.findtext(f"{{{soap.PTZ}}}PresetToken", "")
        match name:
            case "ContinuousMove":
                pan, tilt, zoom = _vector(request, "Velocity")
                body.drive((pan or 0) * model.pan_speeds[-1], (tilt or 0) * model.tilt_speeds[-1])
                body.zoom(zoom or 0)
                text = request.findtext(f"{{{soap.PTZ}}}Timeout", "PT10S")
                self._until = now + min(60.0, float(text.removeprefix("PT").removesuffix("S")))
            case "Stop":
                self._until = math.inf
                body.stop()
            case "AbsoluteMove":
                pan, tilt, zoom = _vector(request, "Position")
                self._until = math.inf
                if pan is not None and tilt is not None:
                    body.look(
                        soap.degrees(pan, *model.pan_range), soap.degrees(tilt, *model.tilt_range)
                    )
                if zoom is not None:
                    body.zoom_to(zoom)
            case "SetPreset":
                token = token or f"p{len(self._names)}"
                body.store(self._names.setdefault(token, len(self._names)))
                inner = f"<tptz:PresetToken>{escape(token)}</tptz:PresetToken>"
                return f"<tptz:SetPresetResponse>{inner}</tptz:SetPresetResponse>"
            case "GotoPreset":
                body.recall(self._names[token])
            case _:
                raise OnvifError("unknown request")
        return f"<tptz:{name}Response/>"

    def _status(self, wall: float) -> str:
        aim, model = self._body.position, self._body.profile
        pan = soap.place(aim.pan_deg, *model.pan_range)
        tilt = soap.place(aim.tilt_deg, *model.tilt_range)
        lens = self._body.lens_counts / model.zoom_table[-1][0]
        utc = datetime.fromtimestamp(wall + self.skew_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        spaces = f"{_SPACE}/PanTiltSpaces/PositionGenericSpace"
        return (
            "<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position>"
            f'<tt:PanTilt x="{pan:.5f}" y="{tilt:.5f}" space="{spaces}"/><tt:Zoom x="{lens:.5f}"/>'
            f"</tt:Position><tt:MoveStatus><tt:PanTilt>{'MOVING' if self.moving else 'IDLE'}"
            f"</tt:PanTilt></tt:MoveStatus><tt:UtcTime>{utc}</tt:UtcTime></tptz:PTZStatus>"
            "</tptz:GetStatusResponse>"
        )


def _vector(
    request: ElementTree.Element, name: str
) -> tuple[float | None, float | None, float | None]:
    found: list[float | None] = []
    vector = request.find(f"{{{soap.PTZ}}}{name}")
    for part, key in (("PanTilt", "x"), ("PanTilt", "y"), ("Zoom", "x")):
        each = None if vector is None else vector.find(f"{{{soap.SCHEMA}}}{part}")
        value = None if each is None else float(each.get(key, ""))
        if value is not None and not -1 <= value <= 1:
            raise OnvifError("outside the space")
        found.append(value)
    return found[0], found[1], found[2]


def _fault(code: str, text: str) -> bytes:
    return soap.envelope(
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode>"
        f'<s:Value xmlns:ter="http://www.onvif.org/ver10/error">ter:{code}</s:Value></s:Subcode>'
        f'</s:Code><s:Reason><s:Text xml:lang="en">{text}</s:Text></s:Reason></s:Fault>'
    )


def _time(wall: float) -> str:
    at = datetime.fromtimestamp(wall, UTC)
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        "<tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
        f"<tt:UTCDateTime><tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute>"
        f"<tt:Second>{at.second}</tt:Second></tt:Time><tt:Date><tt:Year>{at.year}</tt:Year>"
        f"<tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date></tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def _capabilities(host: str) -> str:
    def at(name: str) -> str:
        return f"<tt:XAddr>http://{escape(host)}/onvif/{name}</tt:XAddr>"

    return (
        "<tds:GetCapabilitiesResponse><tds:Capabilities>"
        f"<tt:Media>{at('media')}<tt:StreamingCapabilities/></tt:Media><tt:PTZ>{at('ptz')}</tt:PTZ>"
        "</tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def _profiles() -> str:
    return (
        "<trt:GetProfilesResponse>"
        f'<trt:Profiles token="{TOKEN}" fixed="true"><tt:Name>klas</tt:Name>'
        '<tt:PTZConfiguration token="ptz"><tt:Name>ptz</tt:Name><tt:UseCount>1</tt:UseCount>'
        "<tt:NodeToken>node</tt:NodeToken></tt:PTZConfiguration></trt:Profiles>"
        "</trt:GetProfilesResponse>"
    )
