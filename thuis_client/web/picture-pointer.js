// Mouse, finger and wheel on the class picture. A press looks there; a mouse that drags draws a box to come closer to; a
// finger that drags is a stick; two fingers and the wheel zoom.

/** @import { Steering } from '/steering.js' */
/** @typedef {{x: number, y: number, x0: number, y0: number, at: number, mouse: boolean}} Pointer  px on the screen; 0: where it came down */

const NOTCH_MS = 200; // one notch of the wheel
const NOTCH_PX = 60; // a wheel gives about 100 px a notch, a touchpad many small steps
const WHEEL_MOST_MS = 800; // a spun wheel must not zoom on for seconds
const TAP_MS = 500;
const DEAD = 0.02; // of the picture's width: within it a press is a tap
const FULL = 0.22; // of the picture's width: from here on full speed
const BOX_LEAST = 0.06; // of the picture: a smaller box was a hand that shook

/**
 * A point of the screen as a point of the picture, the black bars of object-fit: contain left out.
 * @param {{left: number, top: number, width: number, height: number}} box of the video element
 * @param {number} videoWidth
 * @param {number} videoHeight
 * @param {number} clientX
 * @param {number} clientY
 * @returns {{x: number, y: number}|null} −0.5…0.5 from the centre; null in a bar or without a picture
 */
export function pointInPicture(box, videoWidth, videoHeight, clientX, clientY) {
  if (!videoWidth || !videoHeight || !box.width || !box.height) return null;
  const scale = Math.min(box.width / videoWidth, box.height / videoHeight);
  const x = (clientX - box.left - box.width / 2) / (videoWidth * scale);
  const y = (clientY - box.top - box.height / 2) / (videoHeight * scale);
  return Math.abs(x) <= 0.5 && Math.abs(y) <= 0.5 ? { x, y } : null;
}

/** @param {number} value */
const unit = (value) => Math.max(-1, Math.min(1, value));
/** @param {number} value */
const inside = (value) => Math.max(-0.5, Math.min(0.5, value));

export class PicturePointer {
  /** @type {Map<number, Pointer>} */
  #pointers = new Map();
  #moved = false; // since the first pointer came down: then it is no tap
  #pinch = { distance: 0, at: 0 };
  #wheel = { px: 0, until: 0, sign: 0 };

  /**
   * @param {HTMLElement} surface lies exactly over the class picture
   * @param {Document} root
   * @param {Steering} steering
   * @param {AbortSignal} signal
   */
  constructor(surface, root, steering, signal) {
    this.surface = surface;
    this.root = root;
    this.steering = steering;
    this.stick = root.createElement('div');
    this.stick.className = 'stick';
    this.knob = root.createElement('div');
    this.stick.append(this.knob);
    this.box = root.createElement('div');
    this.box.className = 'box';
    this.stick.hidden = this.box.hidden = true;
    surface.append(this.stick, this.box);
    this.#listen(signal);
  }

  /** Nothing is held any more. */
  drop() {
    this.#pointers.clear();
    this.#wheel = { px: 0, until: 0, sign: 0 };
    this.stick.hidden = this.box.hidden = true;
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !this.steering.enabled) return;
      surface.setPointerCapture?.(event.pointerId);
      const { pointerId, clientX: x, clientY: y, timeStamp: at } = event;
      if (this.#pointers.size === 0) this.#moved = false;
      this.#pointers.set(pointerId, { x, y, x0: x, y0: y, at, mouse: event.pointerType === 'mouse' });
      if (this.#pointers.size > 1) {
        this.#moved = true; // two fingers: a pinch from here on, and no tap when they lift
        this.#letGo();
        this.#pinch = { distance: this.#spread(), at };
      }
    }, { signal });
    surface.addEventListener('pointermove', (event) => {
      const pointer = this.#pointers.get(event.pointerId);
      if (!pointer) return;
      pointer.x = event.clientX;
      pointer.y = event.clientY;
      if (this.#pointers.size > 1) this.#pinchMove(event.timeStamp);
      else if (pointer.mouse) this.#boxMove(pointer);
      else this.#dragMove(pointer);
    }, { signal });
    const up = (/** @type {PointerEvent} */ event) => {
      const pointer = this.#pointers.get(event.pointerId);
      if (!pointer) return;
      this.#pointers.delete(event.pointerId);
      const drawn = !this.box.hidden;
      this.#letGo();
      if (event.type === 'pointerup' && drawn) this.#closer(pointer);
      else if (event.type === 'pointerup' && !this.#moved && event.timeStamp - pointer.at < TAP_MS) this.#look(pointer);
      // The finger that stays after a pinch starts afresh, or the picture would jump.
      for (const rest of this.#pointers.values()) Object.assign(rest, { x0: rest.x, y0: rest.y });
    };
    for (const type of /** @type {const} */ (['pointerup', 'pointercancel', 'lostpointercapture'])) {
      surface.addEventListener(type, up, { signal });
    }
    surface.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    surface.addEventListener('wheel', (event) => this.#wheelMove(event), { signal, passive: false });
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.box.hidden) return;
      this.#pointers.clear(); // second thoughts: no box after all
      this.#letGo();
    }, { signal });
  }

  #letGo() {
    this.stick.hidden = this.box.hidden = true;
    this.steering.set('drag', null);
    this.steering.set('pinch', null);
  }

  /** @param {number} x @param {number} y  px on the screen */
  #point(x, y) {
    const video = this.root.querySelector('#klas-video');
    if (!(video instanceof HTMLVideoElement)) return null;
    return pointInPicture(video.getBoundingClientRect(), video.videoWidth, video.videoHeight, x, y);
  }

  /** @param {Pointer} pointer */
  #look({ x0, y0 }) {
    const point = this.#point(x0, y0);
    if (point) this.steering.handlers.onLook(point.x, point.y, 1);
  }

  /** The whole box comes into the picture; what of it lies in a bar beside the picture is left out. @param {Pointer} pointer */
  #closer({ x, y, x0, y0 }) {
    const video = this.root.querySelector('#klas-video');
    if (!(video instanceof HTMLVideoElement) || !video.videoWidth) return;
    const around = video.getBoundingClientRect();
    const scale = Math.min(around.width / video.videoWidth, around.height / video.videoHeight);
    const across = (/** @type {number} */ px) => inside((px - around.left - around.width / 2) / (video.videoWidth * scale));
    const down = (/** @type {number} */ px) => inside((px - around.top - around.height / 2) / (video.videoHeight * scale));
    const [left, right] = [across(Math.min(x, x0)), across(Math.max(x, x0))];
    const [top, bottom] = [down(Math.min(y, y0)), down(Math.max(y, y0))];
    const width = Math.max(right - left, bottom - top);
    if (width >= BOX_LEAST) this.steering.handlers.onLook((left + right) / 2, (top + bottom) / 2, Math.min(1, width));
  }

  /** @param {Pointer} pointer */
  #boxMove({ x, y, x0, y0 }) {
    const { surface, box } = this;
    const width = surface.clientWidth || 1;
    if (!this.#moved && Math.hypot(x - x0, y - y0) / width < DEAD) return;
    this.#moved = true;
    const around = surface.getBoundingClientRect();
    box.hidden = false;
    box.style.transform = `translate(${Math.min(x, x0) - around.left}px, ${Math.min(y, y0) - around.top}px)`;
    box.style.inlineSize = `${Math.abs(x - x0)}px`;
    box.style.blockSize = `${Math.abs(y - y0)}px`;
  }

  /** A stick under the finger: further from where it came down is faster, slow near the middle for fine aiming.
   * @param {Pointer} pointer */
  #dragMove({ x, y, x0, y0 }) {
    const width = this.surface.clientWidth || 1;
    const dx = (x - x0) / width;
    const dy = (y - y0) / width;
    const far = Math.hypot(dx, dy);
    if (far < DEAD) {
      this.steering.set('drag', null);
      if (this.#moved) this.#drawStick(x0, y0, 0, 0);
      return;
    }
    this.#moved = true;
    const speed = Math.min(1, (far - DEAD) / (FULL - DEAD)) ** 1.4;
    this.steering.set('drag', { pan: (dx / far) * speed, tilt: (-dy / far) * speed, zoom: 0 });
    const reach = Math.min(1, far / FULL);
    this.#drawStick(x0, y0, (dx / far) * reach, (dy / far) * reach);
  }

  /** @param {number} x0 @param {number} y0 @param {number} dx −1…1 of the ring @param {number} dy */
  #drawStick(x0, y0, dx, dy) {
    const around = this.surface.getBoundingClientRect();
    this.stick.hidden = false;
    this.stick.style.transform = `translate(${x0 - around.left}px, ${y0 - around.top}px)`;
    this.knob.style.transform = `translate(${dx * 36}px, ${dy * 36}px)`;
  }

  #spread() {
    const [a, b] = [...this.#pointers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  }

  /** The faster the fingers part, the faster the zoom; fingers that rest stop it. @param {number} at */
  #pinchMove(at) {
    const distance = this.#spread();
    const ms = at - this.#pinch.at;
    if (ms < 30 || distance < 1 || this.#pinch.distance < 1) return; // wait for a measurable step
    const doublings = Math.log2(distance / this.#pinch.distance) / (ms / 1000);
    this.#pinch = { distance, at };
    const zoom = unit(doublings / 1.5);
    if (Math.abs(zoom) < 0.08) this.steering.set('pinch', null);
    else this.steering.pulse('pinch', { pan: 0, tilt: 0, zoom }, 160);
  }

  /** @param {WheelEvent} event */
  #wheelMove(event) {
    event.preventDefault();
    if (!this.steering.enabled || !event.deltaY) return;
    const px = event.deltaMode === 1 ? event.deltaY * 33 : event.deltaMode === 2 ? event.deltaY * 400 : event.deltaY;
    // A touchpad reports a pinch as a wheel with ctrl and small steps.
    this.#wheel.px += event.ctrlKey ? px * 6 : px;
    const notches = Math.trunc(this.#wheel.px / NOTCH_PX);
    if (!notches) return;
    this.#wheel.px = 0;
    const sign = -Math.sign(notches);
    const now = performance.now();
    const left = sign === this.#wheel.sign ? Math.max(0, this.#wheel.until - now) : 0;
    const ms = Math.min(left + NOTCH_MS, WHEEL_MOST_MS);
    this.#wheel = { px: 0, until: now + ms, sign };
    this.steering.pulse('wheel', { pan: 0, tilt: 0, zoom: sign }, ms);
  }
}
