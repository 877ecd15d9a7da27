"""Draws a scene for a pose as an I420 picture, redrawing no more than what changed."""

from collections.abc import Iterable

import cv2
import numpy as np

from klasgenoot.media.classroom_light import FULL, RoomLight
from klasgenoot.media.classroom_scene import Mover, Panel, Scene
from klasgenoot.media.classroom_shapes import Colour
from klasgenoot.media.projection import NEAR_M, FloatArray, View, clip_polygon

SUBPIXEL_BITS = 4  # OpenCV draws at 1/16 of a pixel
GUARD = 6.0  # polygons that reach further than this many half pictures are clipped first
SMALLEST_PX = 0.6  # shapes smaller than this are left out

Rect = tuple[int, int, int, int]  # left, top, right, bottom in pixels, even numbers


class Renderer:
    """Keeps the picture of one pose and renews the moving parts of it."""

    def __init__(self, scene: Scene, light: RoomLight) -> None:
        self._scene = scene
        self._light = light
        self._view: View | None = None
        self._edges = cv2.LINE_AA

    def twin(self) -> "Renderer":
        """Another that draws the same scene, and keeps a picture of its own."""
        return Renderer(self._scene, self._light)

    def draw(self, view: View, seconds: float) -> np.ndarray:
        """The scene at a time as I420 (height*3//2, width) uint8, BT.601 limited range.

        The array is the renderer's own and changes at the next call: copy it to keep it.
        """
        if view != self._view or self._edges != cv2.LINE_AA:
            # A turning camera hides stairs on edges: smooth them when it has come to rest.
            self._edges = cv2.LINE_AA if view == self._view else cv2.LINE_8
            self._start(view)
            self._move_all(seconds)
            dirty: list[Rect] = [(0, 0, view.width, view.height)]
        else:
            before = self._boxes.copy()
            changed = [_union(before[i], self._boxes[i]) for i in self._move_all(seconds)]
            dirty = _merge(_even(box, view) for box in changed if not np.isnan(box).any())
        for rect in dirty:
            self._redraw(rect)
        return self._i420

    def _start(self, view: View) -> None:
        """Project everything for a new pose and draw what lies behind the first mover."""
        if self._view is None or (view.width, view.height) != (self._view.width, self._view.height):
            self._bgr = np.empty((view.height, view.width, 3), np.uint8)
            self._base = np.empty_like(self._bgr)
            self._i420 = np.empty((view.height * 3 // 2, view.width), np.uint8)
        self._view = view
        self._polygons, self._numbers, self._bounds = _project(self._scene, view)
        movers = self._scene.movers
        self._outlines: list[FloatArray] = [np.empty((0, 3), np.float32) for _ in movers]
        self._figures: list[list[np.ndarray]] = [[] for _ in movers]
        self._boxes = np.full((len(movers), 4), np.nan)
        middles = np.array([mover.card.origin for _, mover in movers], np.float32)
        radii = np.array([mover.radius for _, mover in movers], np.float32)
        self._near = [int(i) for i in np.flatnonzero(_reachable(middles, radii, view))]
        room, panels, first = np.searchsorted(
            self._numbers, (self._scene.room_end, self._scene.panel_at, movers[0][0])
        )
        self._first = int(first)
        self._fill(self._base, range(room))
        level = cv2.cvtColor(self._light.level(view), cv2.COLOR_GRAY2BGR)
        cv2.multiply(self._base, level, dst=self._base, scale=1 / FULL)
        self._fill(self._base, range(room, panels))
        for panel in self._scene.panels:
            _draw_panel(self._base, panel, view)
        self._fill(self._base, range(panels, self._first))

    def _move_all(self, seconds: float) -> list[int]:
        """Take over the outlines of a time; the numbers of the movers that moved."""
        assert self._view is not None
        moved = []
        for i in self._near:
            mover = self._scene.movers[i][1]
            outline = mover.vertices(seconds)
            if np.array_equal(outline, self._outlines[i]):
                continue
            self._outlines[i] = outline
            self._figures[i], self._boxes[i] = _project_mover(outline, mover, self._view)
            moved.append(i)
        return moved

    def _redraw(self, rect: Rect) -> None:
        left, top, right, bottom = rect
        part = self._bgr[top:bottom, left:right]
        part[...] = self._base[top:bottom, left:right]
        done = self._first
        shown = self._bounds_meet(rect)
        for i, (number, mover) in enumerate(self._scene.movers):
            until = int(np.searchsorted(self._numbers, number))
            self._fill(part, shown[(shown >= done) & (shown < until)], (left, top))
            done = until
            if _meet(self._boxes[i], rect):
                _fill_figure(part, self._figures[i], mover.colours, (left, top))
        self._fill(part, shown[shown >= done], (left, top))
        _to_i420(part, self._i420, rect)

    def _bounds_meet(self, rect: Rect) -> np.ndarray:
        left, top, right, bottom = rect
        b = self._bounds
        hit = (b[:, 0] < right) & (b[:, 2] > left) & (b[:, 1] < bottom) & (b[:, 3] > top)
        return np.flatnonzero(hit)

    def _fill(
        self, image: np.ndarray, which: Iterable[int], offset: tuple[int, int] = (0, 0)
    ) -> None:
        colours, numbers, polygons = self._scene.colours, self._numbers, self._polygons
        shift = np.array(offset, np.int32) << SUBPIXEL_BITS
        for i in which:
            points = polygons[i] - shift
            cv2.fillPoly(image, [points], colours[numbers[i]], self._edges, SUBPIXEL_BITS)


def _fill_figure(
    image: np.ndarray, figure: list[np.ndarray], colours: list[Colour], offset: tuple[int, int]
) -> None:
    shift = np.array(offset, np.int32) << SUBPIXEL_BITS
    for points, paint in zip(figure, colours, strict=True):
        cv2.fillPoly(image, [points - shift], paint, cv2.LINE_AA, SUBPIXEL_BITS)


def _reachable(middles: FloatArray, radii: FloatArray, view: View) -> np.ndarray:
    """Which spheres (n, 3), (n,) may be in view; quick, and never wrong about those that are."""
    planes = view.frustum()
    planes /= np.linalg.norm(planes, axis=1, keepdims=True)
    reach = view.to_camera(middles) @ planes.T + radii[:, None]
    hits: np.ndarray = np.all(reach > 0, axis=1)
    return hits


def _project(scene: Scene, view: View) -> tuple[list[np.ndarray], np.ndarray, FloatArray]:
    """Polygons in sub-pixels that the view can see, their numbers in the scene, their bounds."""
    near = np.flatnonzero(_reachable(scene.middles, scene.radii, view))
    sizes = np.diff(scene.starts)
    picked = np.zeros(len(sizes), bool)
    picked[near] = True
    camera = view.to_camera(scene.vertices[np.repeat(picked, sizes)])
    ends = np.cumsum(sizes[near])
    begins = ends - sizes[near]
    wide = camera @ view.frustum(GUARD).T
    wide[:, 0] -= NEAR_M
    whole: np.ndarray = np.all(np.minimum.reduceat(wide, begins, axis=0) >= 0, axis=1)
    with np.errstate(all="ignore"):  # points behind the camera are clipped below
        pixels = view.to_pixels(camera)
        low = np.minimum.reduceat(pixels, begins, axis=0)
        high = np.maximum.reduceat(pixels, begins, axis=0)
        points = _subpixels(pixels)
    sides = camera @ view.frustum().T
    shown = (np.maximum.reduceat(sides, begins, axis=0) > 0).all(axis=1)
    shown &= ~whole | ((high - low) > SMALLEST_PX).any(axis=1)
    polygons: list[np.ndarray] = []
    numbers: list[int] = []
    bounds: list[FloatArray] = []
    for i in np.flatnonzero(shown):
        if whole[i]:
            polygons.append(points[begins[i] : ends[i]])
            bounds.append(np.concatenate((low[i], high[i])))
        else:
            clipped = _clip(camera[begins[i] : ends[i]], view)
            if not len(clipped):
                continue
            polygons.append(_subpixels(clipped))
            bounds.append(np.concatenate((clipped.min(axis=0), clipped.max(axis=0))))
        numbers.append(near[i])
    return polygons, np.array(numbers), np.array(bounds).reshape(-1, 4) + np.array((-2, -2, 2, 2))


def _project_mover(
    outline: FloatArray, mover: Mover, view: View
) -> tuple[list[np.ndarray], FloatArray]:
    """Polygons of a mover in sub-pixels and its box; nothing and NaN when out of view."""
    camera = view.to_camera(outline)
    inside = camera @ view.frustum().T
    if (camera[:, 2] < NEAR_M).any() or (inside.max(axis=0) < 0).any():
        return [np.empty((0, 2), np.int32)] * len(mover.colours), np.full(4, np.nan)
    pixels = view.to_pixels(camera)
    box = np.concatenate((pixels.min(axis=0) - 2, pixels.max(axis=0) + 2))
    return np.split(_subpixels(pixels), mover.ends[:-1]), box


def _clip(camera: FloatArray, view: View) -> FloatArray:
    """A polygon in camera metres, cut to a little more than the view, as pixels (n, 2)."""
    planes = view.frustum(GUARD)
    limits = np.array((NEAR_M, 0, 0, 0, 0), np.float32)
    crossed = np.flatnonzero((camera @ planes.T < limits).any(axis=0))
    for plane in crossed:
        camera = clip_polygon(camera, planes[plane], limits[plane])
        if len(camera) < 3:
            return np.empty((0, 2), np.float32)
    return view.to_pixels(camera)


def _subpixels(pixels: FloatArray) -> np.ndarray:
    # OpenCV counts from the middle of the first pixel.
    points: np.ndarray = np.rint((pixels - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
    return points


def _draw_panel(image: np.ndarray, panel: Panel, view: View) -> None:
    camera = view.to_camera(panel.corners)
    outline = _clip(camera, view)
    if (camera[:, 2] < NEAR_M).any() or not len(outline):
        return
    left, top, right, bottom = _even(
        np.concatenate((outline.min(axis=0), outline.max(axis=0))), view
    )
    if left >= right or top >= bottom:
        return
    corners = view.to_pixels(camera)
    asked = float(np.hypot(*(corners[1] - corners[0])))
    fitting = [level for level in panel.levels if level.shape[1] <= asked * 1.5]
    level = fitting[0] if fitting else panel.levels[-1]
    height, width = level.shape
    source = np.array(((0, 0), (width, 0), (width, height), (0, height))) - 0.5
    target = corners - 0.5 - (left, top)
    home = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
    size = (right - left, bottom - top)
    flags = cv2.INTER_LINEAR
    grey = cv2.warpPerspective(level, home, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    # Channel by channel: a third of the time of a colour table.
    pairs = zip(panel.ink, panel.surface, strict=True)
    painted = cv2.merge([cv2.convertScaleAbs(grey, None, (a - b) / 255, b) for a, b in pairs])
    mask = np.zeros((size[1], size[0]), np.uint8)
    points = _subpixels(outline - (left, top))
    cv2.fillPoly(mask, [points], (255,), cv2.LINE_8, SUBPIXEL_BITS)
    cv2.copyTo(painted, mask, image[top:bottom, left:right])


def _to_i420(bgr: np.ndarray, i420: np.ndarray, rect: Rect) -> None:
    left, top, right, bottom = rect
    rows, columns = bottom - top, right - left
    if (columns, rows * 3 // 2) == (i420.shape[1], i420.shape[0]):
        cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420, dst=i420)
        return
    part = cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420)
    width = i420.shape[1]
    height = i420.shape[0] * 2 // 3
    i420[top:bottom, left:right] = part[:rows]
    ours = i420[height:].reshape(2, height // 2, width // 2)
    theirs = part[rows:].reshape(2, rows // 2, columns // 2)
    ours[:, top // 2 : bottom // 2, left // 2 : right // 2] = theirs


def _union(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.concatenate((np.fmin(a[:2], b[:2]), np.fmax(a[2:], b[2:])))


def _even(box: FloatArray, view: View) -> Rect:
    """The box in whole even pixels inside the picture (chroma is shared by 2×2 pixels)."""
    left, top = (max(0, int(v) // 2 * 2) for v in box[:2])
    right = min(view.width, (int(box[2]) + 2) // 2 * 2)
    return left, top, right, min(view.height, (int(box[3]) + 2) // 2 * 2)


def _meet(box: FloatArray, rect: Rect) -> bool:
    left, top, right, bottom = rect
    return bool(box[0] < right and box[2] > left and box[1] < bottom and box[3] > top)


def _merge(rects: Iterable[Rect]) -> list[Rect]:
    """Rectangles that overlap become one, so that nothing is drawn twice."""
    apart: list[Rect] = []
    for rect in rects:
        if rect[0] >= rect[2] or rect[1] >= rect[3]:
            continue
        joined, rest = rect, apart
        while hits := [r for r in rest if _meet(np.array(r), joined)]:
            rest = [r for r in rest if r not in hits]
            both = np.array([joined, *hits])
            low, high = both.min(axis=0), both.max(axis=0)
            joined = (int(low[0]), int(low[1]), int(high[2]), int(high[3]))
        apart = [*rest, joined]
    return apart
