"""Photos of boards made up for the tests, with true corners; and the drawn classroom's own."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from klasgenoot.media import classroom_walls as walls
from klasgenoot.media.classroom import _BOARD_AT, _BOARD_PX_PER_M, Pose
from klasgenoot.media.classroom_board import board_points
from klasgenoot.media.classroom_shapes import Card
from klasgenoot.media.frame import Picture
from klasgenoot.media.projection import View

WIDTH, HEIGHT = 1280, 720
TEXEL_MM = 2.0
TEXT = (
    ("Vandaag rekenen: 6 x 7 = 42", 80),
    ("1. Tafels van 6, 7 en 8 oefenen", 50),
    ("2. Taal: lees hoofdstuk 4 en 5", 50),
    ("Huiswerk voor woensdag: bladzijde 34, opdracht 2", 32),
    ("Gym is op donderdag. Neem je gymspullen mee.", 32),
)


@dataclass(frozen=True)
class Scene:
    """A board of width × height metres, turned by degrees, before a camera of 48° of view."""

    dark: bool = True
    width_m: float = 3.0
    height_m: float = 1.2
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    distance_m: float = 4.0
    aside_m: float = 0.0
    zoom: float = 1.0
    light: tuple[float, float] = (1.0, 1.0)
    """Share of full light at the left and at the right."""
    glare: float = 0.0
    noise: float = 2.0
    heads: int = 0
    teacher: float | None = None
    """Where the teacher stands, 0…1 along the board."""
    blank: bool = False


def board_texture(scene: Scene) -> np.ndarray:
    """The board with its text and no frame, BGR, TEXEL_MM a pixel."""
    size = (round(scene.height_m * 1000 / TEXEL_MM), round(scene.width_m * 1000 / TEXEL_MM))
    surface, ink = (
        ((58, 74, 40), (232, 236, 235)) if scene.dark else ((238, 240, 238), (70, 50, 40))
    )
    texture = np.full((*size, 3), surface, np.uint8)
    y = 0.0
    for text, cap_mm in () if scene.blank else TEXT:
        y += cap_mm * 1.9 / TEXEL_MM
        font = cv2.FontFace("sans")
        at = (round(100 / TEXEL_MM), round(y + cap_mm / 2))
        cv2.putText(texture, text, at, ink, font, round(cap_mm / TEXEL_MM / 0.75), 480)
    return texture


def photo(scene: Scene, seed: int = 0) -> tuple[Picture, np.ndarray]:
    """A photo 1280×720 and the true corners (4, 2) in pixels."""
    rng = np.random.default_rng(seed)
    corners = _corners(scene)
    canvas = np.full((HEIGHT, WIDTH, 3), (200, 222, 232), np.uint8)
    cv2.rectangle(canvas, (0, 610), (WIDTH, HEIGHT), (120, 160, 190), -1)
    cv2.rectangle(canvas, (20, 90), (100, 210), (90, 110, 190), -1)  # a poster
    frame = _corners(scene, 0.03)
    cv2.fillConvexPoly(canvas, np.round(frame * 16).astype(np.int32), (150, 152, 150), 16, 4)
    texture = board_texture(scene)
    h, w = texture.shape[:2]
    flat = np.array(((0, 0), (w, 0), (w, h), (0, h)), np.float32)
    half = np.array(((1, 0, -0.5), (0, 1, -0.5), (0, 0, 1)))
    grown = np.diag((2.0, 2.0, 1.0))  # twice as fine, for smooth edges
    warp = half @ grown @ cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    warp = warp @ np.linalg.inv(half)
    shrunk = float(np.hypot(*(corners[1] - corners[0])) / w)
    if shrunk < 0.5:
        texture = cv2.GaussianBlur(texture, (0, 0), 0.3 / shrunk)
    big = cv2.resize(canvas, (2 * WIDTH, 2 * HEIGHT), interpolation=cv2.INTER_LINEAR)
    cv2.warpPerspective(
        texture, warp, (2 * WIDTH, 2 * HEIGHT), dst=big, borderMode=cv2.BORDER_TRANSPARENT
    )
    canvas = cv2.resize(big, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    _people(canvas, scene, corners)
    return i420(_lit(canvas, scene, rng, corners)), corners


def hfov_deg(zoom: float) -> float:
    return float(np.degrees(2 * np.arctan(np.tan(np.radians(24)) / zoom)))


def i420(bgr: np.ndarray, at: float = 0.0, sequence: int = 0) -> Picture:
    planes = cv2.cvtColor(np.ascontiguousarray(bgr), cv2.COLOR_BGR2YUV_I420)
    return Picture(planes, bgr.shape[1], bgr.shape[0], at, sequence)


def classroom_corners(view: View) -> np.ndarray:
    """Where both surfaces of the drawn classroom's board end, (4, 2) in pixels."""
    card = Card(_BOARD_AT, walls.FRONT.right)
    flat = np.array(((24, 24), (1256, 24), (1256, 690), (24, 690)), np.float64)
    world = board_points(card, _BOARD_PX_PER_M, flat)
    return view.to_pixels(view.to_camera(world)).astype(np.float64)


def poses_with_board(count: int, seed: int) -> list[View]:
    """Poses at which the whole board of the drawn classroom is in view."""
    rng, views = np.random.default_rng(seed), []
    while len(views) < count:
        pose = Pose(rng.uniform(-14, 24), rng.uniform(-10, 16), rng.uniform(1, 1.45))
        view = View(*pose, WIDTH, HEIGHT)
        x, y = classroom_corners(view).T
        if x.min() > 2 and y.min() > 2 and x.max() < WIDTH - 2 and y.max() < HEIGHT - 2:
            views.append(view)
    return views


def _corners(scene: Scene, margin_m: float = 0.0) -> np.ndarray:
    w, h = scene.width_m / 2 + margin_m, scene.height_m / 2 + margin_m
    points = np.array(((-w, h, 0), (w, h, 0), (w, -h, 0), (-w, -h, 0)))
    yaw, pitch = np.radians((scene.yaw_deg, scene.pitch_deg))
    turn = np.array(((np.cos(yaw), 0, np.sin(yaw)), (0, 1, 0), (-np.sin(yaw), 0, np.cos(yaw))))
    nod = np.array(
        ((1, 0, 0), (0, np.cos(pitch), -np.sin(pitch)), (0, np.sin(pitch), np.cos(pitch)))
    )
    room = points @ turn.T @ nod.T + (scene.aside_m, 0.1, scene.distance_m)
    return View(0, 0, scene.zoom, WIDTH, HEIGHT).to_pixels(room)


def _people(canvas: np.ndarray, scene: Scene, corners: np.ndarray) -> None:
    bottom = corners[2:, 1].mean()
    for i in range(scene.heads):
        x = corners[3, 0] + (i + 0.6) / scene.heads * (corners[2, 0] - corners[3, 0])
        cv2.ellipse(canvas, (int(x), int(bottom + 30)), (42, 62), 0, 0, 360, (60, 80, 110), -1)
    if scene.teacher is not None:
        top, low = corners[:2], corners[[3, 2]]
        at = (1 - scene.teacher) * (top[0] + low[0]) + scene.teacher * (top[1] + low[1])
        person(canvas, at[0] / 2, at[1] / 2, float(low[0, 1] - top[0, 1]))


def person(canvas: np.ndarray, x: float, y: float, size: float) -> None:
    """Someone standing, whose shoulders are at (x, y), in a blue jumper."""
    head = (int(x), int(y - 0.25 * size))
    body = (int(x), int(y + 0.6 * size))
    cv2.ellipse(canvas, body, (int(0.19 * size), int(0.72 * size)), 0, 0, 360, (150, 90, 60), -1)
    cv2.ellipse(canvas, head, (int(0.1 * size), int(0.14 * size)), 0, 0, 360, (140, 170, 215), -1)


def _lit(
    bgr: np.ndarray, scene: Scene, rng: np.random.Generator, corners: np.ndarray
) -> np.ndarray:
    light = np.linspace(*scene.light, WIDTH, dtype=np.float32)[None, :, None]
    picture = bgr * np.float32(light)
    if scene.glare:
        y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
        at = 0.3 * corners[0] + 0.7 * corners[2]
        spot = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * 90.0**2))
        picture += (120 * scene.glare * spot)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7)
    picture += rng.normal(0, scene.noise, picture.shape).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("dark", [True, False])
def test_photos_have_their_board_where_they_say(dark: bool) -> None:
    picture, corners = photo(Scene(dark=dark, blank=True, yaw_deg=20))
    luma = picture.planes()[0]
    for corner, middle in zip(corners, np.broadcast_to(corners.mean(axis=0), (4, 2)), strict=True):
        x, y = (corner + 0.02 * (middle - corner)).astype(int)
        assert (luma[y, x] < 90) == dark
