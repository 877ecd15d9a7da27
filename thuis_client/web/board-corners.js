// Four handles on the class picture, to be put on the corners of the board by finger, mouse or keyboard.
import { need } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @typedef {{x: number, y: number}} Point  shares of the picture, y down */

const NAMES = /** @type {const} */ (['tl', 'tr', 'br', 'bl']);
/** @type {Record<string, Point>} */
const KEYS = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };
const STEP = 0.005;
const LARGE = 5; // steps at once, with Shift
const SETTLE_MS = 300; // after the last key
/** @type {Point[]} where the handles stand when no board was found */
const START = [{ x: 0.2, y: 0.2 }, { x: 0.8, y: 0.2 }, { x: 0.8, y: 0.8 }, { x: 0.2, y: 0.8 }];

export class CornerHandles {
  /** @type {Point[]} */
  #points = START;
  #touched = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {Document} root
   * @param {HTMLVideoElement} video  the class picture, over which they lie
   * @param {(points: Point[]) => void} onRelease  a handle was let go of
   */
  constructor(root, video, onRelease) {
    this.video = video;
    this.onRelease = onRelease;
    this.layer = need(root, '#corners', HTMLElement);
    this.outline = need(this.layer, 'polygon', SVGPolygonElement);
    this.handles = NAMES.map((name) => need(this.layer, `[data-corner="${name}"]`, HTMLButtonElement));
    this.handles.forEach((handle, index) => this.#listen(handle, index));
    new ResizeObserver(() => this.#draw()).observe(video);
    video.addEventListener('resize', () => this.#draw());
  }

  get open() {
    return !this.layer.hidden;
  }

  get points() {
    return this.#points.map((point) => ({ ...point }));
  }

  /** @param {readonly Point[]} points  none: the handles start in the picture's middle */
  show(points) {
    this.layer.hidden = this.#touched = false;
    this.begin(points);
    this.handles[0]?.focus();
  }

  /** Where the board was found, or set before; not once a handle was moved. @param {readonly Point[]} points */
  begin(points) {
    if (!this.open || this.#touched) return;
    this.#points = (points.length === 4 ? points : START).map(({ x, y }) => ({ x: clamp(x), y: clamp(y) }));
    this.#draw();
  }

  hide() {
    clearTimeout(this.#timer);
    this.layer.hidden = true;
  }

  /** @param {HTMLButtonElement} handle @param {number} index */
  #listen(handle, index) {
    handle.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      handle.setPointerCapture(event.pointerId);
      handle.focus();
    });
    handle.addEventListener('pointermove', (event) => {
      if (handle.hasPointerCapture(event.pointerId)) this.#move(index, this.#pointAt(event.clientX, event.clientY));
    });
    handle.addEventListener('lostpointercapture', () => this.open && this.onRelease(this.points));
    handle.addEventListener('keydown', (event) => {
      const way = KEYS[event.key];
      const from = this.#points[index];
      if (!way || !from) return;
      event.preventDefault(); // neither the camera nor the page moves
      const step = STEP * (event.shiftKey ? LARGE : 1);
      this.#move(index, { x: from.x + way.x * step, y: from.y + way.y * step });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.onRelease(this.points), SETTLE_MS);
    });
  }

  /** @param {number} index @param {Point} to */
  #move(index, { x, y }) {
    this.#touched = true;
    this.#points[index] = { x: clamp(x), y: clamp(y) };
    this.#draw();
  }

  /** The picture within the video element: object-fit leaves bars. */
  #box() {
    const { clientWidth: width, clientHeight: height, videoWidth, videoHeight } = this.video;
    const scale = videoWidth && videoHeight ? Math.min(width / videoWidth, height / videoHeight) : 0;
    const [w, h] = scale ? [videoWidth * scale, videoHeight * scale] : [width, height];
    return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
  }

  /** @param {number} clientX @param {number} clientY */
  #pointAt(clientX, clientY) {
    const around = this.video.getBoundingClientRect();
    const box = this.#box();
    return { x: (clientX - around.left - box.left) / box.width, y: (clientY - around.top - box.top) / box.height };
  }

  #draw() {
    if (!this.open) return;
    const box = this.#box();
    const places = this.#points.map(({ x, y }) => ({ left: box.left + x * box.width, top: box.top + y * box.height }));
    this.outline.setAttribute('points', places.map(({ left, top }) => `${left},${top}`).join(' '));
    this.handles.forEach((handle, index) => {
      const { left, top } = /** @type {{left: number, top: number}} */ (places[index]);
      const { x, y } = /** @type {Point} */ (this.#points[index]);
      handle.style.transform = `translate(${left}px, ${top}px)`;
      handle.setAttribute('aria-label', t(`corners.${NAMES[index]}`));
      handle.setAttribute('aria-valuenow', String(Math.round(x * 100)));
      handle.setAttribute('aria-valuetext', t('corners.at', { x: Math.round(x * 100), y: Math.round(y * 100) }));
    });
  }
}

/** @param {number} share */
function clamp(share) {
  return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 10_000;
}
