"""One schema for the settings of every process.

Sources, later ones win: the defaults here, a TOML file, the environment
(`KLASGENOOT_<SECTION>_<KEY>`, for example `KLASGENOOT_SERVER_PORT=8780`).
Units are in the names. Whatever is wrong is said once, at start, with the name of the key.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from config import timetable

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Text = Annotated[str, msgspec.Meta(max_length=500)]
Positive = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Language = Literal["nl", "en"]
LogLevel = Literal["debug", "info", "warning", "error"]
Keys = Literal["auto", "file"]

ENVIRONMENT_PREFIX = "KLASGENOOT_"
_CONTACT = re.compile(r"mailto:[^@\s]+@[\w.-]+\.\w+|https://[\w.-]+\.\w+")


class SettingsError(Exception):
    """A setting is wrong. The text names the key; correct it in the file or the environment."""


EncoderName = Literal["libx264", "h264_nvenc", "h264_qsv", "h264_v4l2m2m"]
"""FFmpeg's names; all but the first need hardware, and are tried before they are used."""


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A TOML table; an unknown key in it is an error, never silently ignored."""


class Server(_Section, frozen=True):
    """Where the two devices meet."""

    host: Text = "127.0.0.1"
    port: Port = 8780
    certificate_file: Text = ""
    certificate_key_file: Text = ""
    database_url: Text = "sqlite+aiosqlite:///klasgenoot-server.db"
    heartbeat_s: Positive = 5.0
    units_file: Text = ""
    revoked_file: Text = ""
    log_level: LogLevel = "info"


class Link(_Section, frozen=True):
    """How a device (school unit or laptop) reaches the server and its peer."""

    server_url: Text = "ws://127.0.0.1:8780/ws"
    ca_file: Text = ""
    http_proxy: Text = ""
    relay_only: bool = False
    stun_url: Text = ""
    turn_url: Text = ""
    turn_username: Text = ""
    turn_password: Text = ""


class Turn(_Section, frozen=True):
    """The relay (coturn) that the server hands out credentials for; no host: no relay."""

    host: Text = ""
    udp_port: Port = 3478
    tls_port: Port = 443
    secret_file: Text = ""
    lifetime_s: Annotated[int, msgspec.Meta(ge=60, le=3600)] = 900
    listen_ips: Text = ""
    relay_ip: Text = ""
    external_ip: Text = ""
    certificate_file: Text = ""
    certificate_key_file: Text = ""
    user_quota: Annotated[int, msgspec.Meta(ge=1, le=128)] = 36
    total_quota: Annotated[int, msgspec.Meta(ge=1, le=16_000)] = 4000
    allocation_kbps: Annotated[int, msgspec.Meta(ge=200, le=100_000)] = 8000


class Unit(_Section, frozen=True):
    """The school unit's agent and its screen."""

    name: Text = "Klasgenoot"
    room: Text = ""
    rooms: Text = ""
    poweroff_file: Text = ""
    host: Text = "127.0.0.1"
    port: Port = 8771
    state_dir: Text = "klasgenoot-state"
    keys: Keys = "file"
    language: Language = "nl"
    log_level: LogLevel = "info"
    power_dir: Text = "/sys/class/power_supply"
    thermal_dir: Text = "/sys/class/thermal"


class Laptop(_Section, frozen=True):
    """The laptop's local process and its page."""

    host: Text = "127.0.0.1"
    port: Port = 8770
    state_dir: Text = "thuis-state"
    keys: Keys = "auto"
    language: Language = "nl"
    log_level: LogLevel = "info"


class Camera(_Section, frozen=True):
    """Where the class picture comes from: `sim:`, `sim:stamped`, `file:PATH`, `v4l2:DEVICE`.

    `screen_source` is the same for the smartboard's own signal ("" without one; `sim:screen` is a
    drawn slide); `board_width_mm` is for the legibility only, 0 when nobody measured it.
    """

    source: Text = "sim:"
    screen_source: Text = ""
    board_width_mm: Annotated[int, msgspec.Meta(ge=0, le=20_000)] = 0
    pose_file: Text = ""
    width_px: Annotated[int, msgspec.Meta(ge=160, le=3840)] = 1280
    height_px: Annotated[int, msgspec.Meta(ge=90, le=2160)] = 720
    rate_fps: Annotated[int, msgspec.Meta(ge=1, le=60)] = 30


class Ptz(_Section, frozen=True):
    """What turns the camera; `docs/hardware.md` tells which driver and port for which camera."""

    driver: Text = "none"
    port: Text = ""
    profile: Text = "sim"
    baud: Literal[2400, 4800, 9600, 19200, 38400, 115200] = 9600
    address: Annotated[int, msgspec.Meta(ge=1, le=255)] = 1
    user: Text = ""
    password_file: Text = ""
    deadman_ms: Annotated[int, msgspec.Meta(ge=100, le=1000)] = 350


class Light(_Section, frozen=True):
    """The question light."""

    driver: Text = "none"
    path: Text = ""


class Question(_Section, frozen=True):
    """How a question becomes louder when nobody answers it; each step counts from the one before.

    After `soon_lasts_s` a question that was answered with "zo meteen" comes back.
    """

    escalate_after_s: Positive = 20.0
    large_after_s: Positive = 20.0
    buddy_after_s: Positive = 20.0
    teacher_after_s: Positive = 30.0
    turn_lasts_s: Positive = 60.0
    soon_lasts_s: Positive = 180.0


class Curtain(_Section, frozen=True):
    """The teacher's curtain, and where the camera looks meanwhile (as far as the model goes)."""

    opens_after_min: Annotated[float, msgspec.Meta(ge=0, le=480)] = 15.0
    parking_pan_deg: Annotated[float, msgspec.Meta(ge=-360, le=360)] = 170.0
    parking_tilt_deg: Annotated[float, msgspec.Meta(ge=-360, le=360)] = -30.0


class Sound(_Section, frozen=True):
    """Microphone and loudspeaker of the class, by (part of) their name.

    `sim:klas` is a generated class sound and `sim:toon:880` a tone of 880 Hz, so that a home page
    and a kiosk page on one machine do not howl; "" is the system's own choice.
    `room_microphone` hears the classmates beside the teacher's; "" without one.
    """

    class_microphone: Text = ""
    loudspeaker: Text = ""
    room_microphone: Text = ""


class Video(_Section, frozen=True):
    """Bounds of the class picture on the line."""

    start_kbps: Annotated[int, msgspec.Meta(ge=80, le=20_000)] = 1500
    min_kbps: Annotated[int, msgspec.Meta(ge=40, le=20_000)] = 80
    max_kbps: Annotated[int, msgspec.Meta(ge=80, le=20_000)] = 4000
    encoder: EncoderName = "libx264"


class Buddy(_Section, frozen=True):
    """The page for a buddy's phone on the school's network; no host: there is none."""

    host: Text = ""
    port: Port = 8772
    link_lasts_s: Positive = 7200.0


class Helpdesk(_Section, frozen=True):
    """The helpdesk: its pages on the server, and what a set lets it do."""

    allow: bool = True
    url: Text = ""
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 30
    audit_days: Annotated[int, msgspec.Meta(ge=30, le=3660)] = 365
    idle_min: Annotated[int, msgspec.Meta(ge=1, le=240)] = 20
    session_h: Annotated[int, msgspec.Meta(ge=1, le=24)] = 10


class Dossier(_Section, frozen=True):
    """The placement files, on the server."""

    keep_days: Annotated[int, msgspec.Meta(ge=1, le=1826)] = 90
    files_key_file: Text = "klasgenoot-files.key"


class Mail(_Section, frozen=True):
    """The mail server that tells people of a placement that there is something new."""

    host: Text = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Text = ""
    password_file: Text = ""
    sender: Text = "klasgenoot@localhost"


class Push(_Section, frozen=True):
    """Notices without content through the push services of browsers; no contact: none."""

    contact: Text = ""
    key_file: Text = "klasgenoot-push.key"
    services: Text = (
        "https://fcm.googleapis.com https://*.push.services.mozilla.com "
        "https://*.notify.windows.com https://*.push.apple.com"
    )


class Contact(_Section, frozen=True):
    """Whom to call, for the paper on the trolley and the home page; numbers, no names."""

    helpdesk_phone: Text = ""
    helpdesk_hours: Text = ""
    begeleider_phone: Text = ""
    school_phone: Text = ""


class Timetable(_Section, frozen=True):
    """The usual week, `8.30-9.20 taal, 10.15-11.05 gym` a day: for screen and paper."""

    monday: Text = ""
    tuesday: Text = ""
    wednesday: Text = ""
    thursday: Text = ""
    friday: Text = ""


class Settings(_Section, frozen=True):
    """All settings. Every process reads the sections that concern it."""

    server: Server = msgspec.field(default_factory=Server)
    turn: Turn = msgspec.field(default_factory=Turn)
    link: Link = msgspec.field(default_factory=Link)
    unit: Unit = msgspec.field(default_factory=Unit)
    laptop: Laptop = msgspec.field(default_factory=Laptop)
    camera: Camera = msgspec.field(default_factory=Camera)
    ptz: Ptz = msgspec.field(default_factory=Ptz)
    light: Light = msgspec.field(default_factory=Light)
    question: Question = msgspec.field(default_factory=Question)
    sound: Sound = msgspec.field(default_factory=Sound)
    video: Video = msgspec.field(default_factory=Video)
    buddy: Buddy = msgspec.field(default_factory=Buddy)
    curtain: Curtain = msgspec.field(default_factory=Curtain)
    helpdesk: Helpdesk = msgspec.field(default_factory=Helpdesk)
    dossier: Dossier = msgspec.field(default_factory=Dossier)
    mail: Mail = msgspec.field(default_factory=Mail)
    push: Push = msgspec.field(default_factory=Push)
    contact: Contact = msgspec.field(default_factory=Contact)
    timetable: Timetable = msgspec.field(default_factory=Timetable)


def load(path: str | Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read, merge and check the settings.

    Raises SettingsError, which names the key and says what would be right.
    """
    tables = _read(Path(path)) if path else {}
    for section, key, text in _overrides(os.environ if environment is None else environment):
        table = tables.setdefault(section, {})
        if not isinstance(table, dict):
            raise SettingsError(f"[{section}] must be a table in the settings file")
        table[key] = text
    return parse(tables)


def parse(tables: Mapping[str, Any]) -> Settings:
    """Check settings that are already in memory (numbers may be text, as the environment has them).

    Raises SettingsError.
    """
    _refuse_unknown(tables)
    try:
        settings = msgspec.convert(tables, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_explain(str(error))) from None
    except UnicodeEncodeError:  # what an environment may hold
        raise SettingsError("settings: a text that is not UTF-8") from None
    _check_together(settings)
    return settings


def read(data: bytes, name: str) -> dict[str, Any]:
    """The tables in the bytes of a settings file. Raises SettingsError."""
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, a number of 5000 digits
        raise SettingsError(f"settings file {name} is not TOML: {error}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return read(path.read_bytes(), path.name)
    except OSError as error:
        raise SettingsError(f"settings file {path.name}: {error.strerror}") from None


def _overrides(environment: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for name, text in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            section, _, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("_")
            found.append((section, key, text))
    return found


def _refuse_unknown(tables: Mapping[str, Any]) -> None:
    """Name the nearest key, because a wrong unit (`deadman_s`) looks like an unknown key."""
    sections = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    for section, table in tables.items():
        if section not in sections:
            raise SettingsError(_nearest(f"[{section}]", section, sections))
        if not isinstance(table, Mapping):
            raise SettingsError(f"[{section}] must be a table")
        keys = [field.name for field in msgspec.structs.fields(sections[section])]
        for key in table:
            if key not in keys:
                raise SettingsError(_nearest(f"{section}.{key}", key, keys))


def _nearest(shown: str, word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"known are: {', '.join(sorted(known))}"
    return f"unknown setting {shown}; {hint}"


def _explain(text: str) -> str:
    problem, _, place = text.partition(" - at `$.")
    return f"setting {place.rstrip('`')}: {problem}" if place else f"settings: {problem}"


def _check_together(settings: Settings) -> None:
    video = settings.video
    if not video.min_kbps <= video.start_kbps <= video.max_kbps:
        raise SettingsError("setting video: min_kbps <= start_kbps <= max_kbps does not hold")
    camera = settings.camera
    if camera.width_px % 2 or camera.height_px % 2:
        raise SettingsError("setting camera: width_px and height_px must be even (4:2:0 colour)")
    server = settings.server
    if bool(server.certificate_file) != bool(server.certificate_key_file):
        raise SettingsError("setting server: certificate_file and certificate_key_file go together")
    if settings.turn.host and not settings.turn.secret_file:
        raise SettingsError("setting turn.secret_file: a relay needs a secret shared with coturn")
    if settings.push.contact and not _CONTACT.fullmatch(settings.push.contact):
        raise SettingsError("setting push.contact: mailto:name@example.org, or an https:// address")
    for day in timetable.DAYS:
        try:
            timetable.slots(getattr(settings.timetable, day))
        except ValueError as error:
            raise SettingsError(f"setting timetable.{day}: {error}") from None
