// Every way to steer becomes one motion: buttons, keys, drag, wheel and pinch are sources whose motions are added up.
// Only changes are told, and the last word is always zero, so that a camera never keeps turning by itself.

/** @typedef {{pan: number, tilt: number, zoom: number}} Motion  each −1…1; pan + right, tilt + up, zoom + in */
/**
 * @typedef {Object} SteeringHandlers
 * @property {(motion: Motion) => void} onMotion
 * @property {(x: number, y: number) => void} onLook   a point of the picture, −0.5…0.5 from its centre, x right, y down
 * @property {(name: string) => void} onAction         'question' (space bar) or 'home' (Home key)
 */

/** @type {Record<string, Motion>} */
const DIRECTIONS = {
  left: { pan: -1, tilt: 0, zoom: 0 },
  right: { pan: 1, tilt: 0, zoom: 0 },
  up: { pan: 0, tilt: 1, zoom: 0 },
  down: { pan: 0, tilt: -1, zoom: 0 },
  in: { pan: 0, tilt: 0, zoom: 1 },
  out: { pan: 0, tilt: 0, zoom: -1 },
};
/** @type {Record<string, string>} */
const KEYS = {
  ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', '+': 'in', '=': 'in', '-': 'out', '_': 'out', '−': 'out',
};
const PULSE_MS = 300; // Enter or Space on a button: one step for who cannot hold it
const NOTCH_MS = 200; // one notch of the wheel
const NOTCH_PX = 60; // a wheel gives about 100 px a notch, a touchpad many small steps
const WHEEL_MOST_MS = 800; // a spun wheel must not zoom on for seconds
const SYNTHETIC_MS = 40; // a press shorter than a finger can make comes from a screen reader
const TAP_MS = 500;
const DEAD = 0.02; // of the picture's width: within it a press is a tap
const FULL = 0.22; // of the picture's width: from here on full speed

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

export class Steering {
  /** @type {Map<string, Motion>} what each source wants now */
  #sources = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();
  /** @type {Motion} what was told last */
  #told = { pan: 0, tilt: 0, zoom: 0 };
  #enabled = true;
  #listening = new AbortController();
  /** @type {Map<number, {x: number, y: number, x0: number, y0: number, at: number}>} pointers on the picture */
  #pointers = new Map();
  #moved = false; // since the first pointer came down: then it is no tap
  #pinch = { distance: 0, at: 0 };
  #wheel = { px: 0, until: 0, sign: 0 };

  /**
   * @param {HTMLElement} surface lies exactly over the class picture
   * @param {Document} root
   * @param {SteeringHandlers} handlers
   */
  constructor(surface, root, handlers) {
    this.surface = surface;
    this.root = root;
    this.handlers = handlers;
    this.stick = root.createElement('div');
    this.stick.className = 'stick';
    this.stick.hidden = true;
    this.knob = root.createElement('div');
    this.stick.append(this.knob);
    surface.append(this.stick);
    const signal = this.#listening.signal;
    for (const action of Object.keys(DIRECTIONS)) {
      for (const button of root.querySelectorAll(`[data-action="${action}"]`)) {
        if (button instanceof HTMLElement) this.#holdButton(button, action, signal);
      }
    }
    this.#keyboard(signal);
    this.#picture(signal);
    const leave = () => this.stop();
    root.defaultView?.addEventListener('blur', leave, { signal });
    root.addEventListener('visibilitychange', () => root.hidden && this.stop(), { signal });
  }

  /** While false nothing moves and no point is looked at; the space bar still asks. @param {boolean} value */
  set enabled(value) {
    this.#enabled = value;
    if (!value) this.stop();
  }

  get enabled() {
    return this.#enabled;
  }

  /**
   * Let a source want a motion, or nothing (null). Also the way in for a game pad.
   * @param {string} source
   * @param {Motion|null} motion
   */
  set(source, motion) {
    clearTimeout(this.#timers.get(source));
    this.#timers.delete(source);
    if (motion && this.#enabled) this.#sources.set(source, motion);
    else this.#sources.delete(source);
    this.#tell();
  }

  /** Let go of everything: the motion is zero until somebody presses anew. */
  stop() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#sources.clear();
    this.#pointers.clear();
    this.#wheel = { px: 0, until: 0, sign: 0 };
    this.stick.hidden = true;
    this.#tell();
  }

  destroy() {
    this.#listening.abort();
    this.stop();
    this.stick.remove();
  }

  /** A motion that ends by itself. @param {string} source @param {Motion} motion @param {number} ms */
  #pulse(source, motion, ms) {
    this.set(source, motion);
    this.#timers.set(source, setTimeout(() => this.set(source, null), ms));
  }

  #tell() {
    const sum = { pan: 0, tilt: 0, zoom: 0 };
    for (const { pan, tilt, zoom } of this.#sources.values()) {
      sum.pan += pan;
      sum.tilt += tilt;
      sum.zoom += zoom;
    }
    // Two decimals: finer than a camera turns, and a still hand sends nothing.
    const round = (/** @type {number} */ value) => Math.round(unit(value) * 100) / 100 || 0;
    const motion = { pan: round(sum.pan), tilt: round(sum.tilt), zoom: round(sum.zoom) };
    const { pan, tilt, zoom } = this.#told;
    if (motion.pan === pan && motion.tilt === tilt && motion.zoom === zoom) return;
    this.#told = motion;
    this.handlers.onMotion({ ...motion });
  }

  /** @param {HTMLElement} button @param {string} action @param {AbortSignal} signal */
  #holdButton(button, action, signal) {
    const source = `button-${action}`;
    const motion = /** @type {Motion} */ (DIRECTIONS[action]);
    let downAt = -1;
    button.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      downAt = event.timeStamp;
      // With the pointer caught, a finger that slides off a little still holds the button.
      button.setPointerCapture?.(event.pointerId);
      this.set(source, motion);
    }, { signal });
    const up = (/** @type {PointerEvent} */ event) => {
      if (downAt < 0) return;
      const synthetic = event.type === 'pointerup' && event.timeStamp - downAt < SYNTHETIC_MS;
      downAt = -1;
      if (synthetic) this.#pulse(source, motion, PULSE_MS);
      else this.set(source, null);
    };
    for (const type of /** @type {const} */ (['pointerup', 'pointercancel', 'pointerleave', 'lostpointercapture'])) {
      button.addEventListener(type, up, { signal });
    }
    // detail 0: pressed by Enter, Space or a screen reader, which have no pointer to hold down.
    button.addEventListener('click', (event) => event.detail === 0 && this.#pulse(source, motion, PULSE_MS), { signal });
    button.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  }

  /** @param {AbortSignal} signal */
  #keyboard(signal) {
    this.root.addEventListener('keydown', (event) => {
      const target = event.target;
      const typing = target instanceof HTMLElement
        && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
      if (typing || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const action = KEYS[event.key];
      if (action) {
        if (!this.#enabled) return;
        event.preventDefault();
        if (!event.repeat) this.set(`key-${event.code || event.key}`, DIRECTIONS[action] ?? null);
      } else if (event.key === 'Home' && this.#enabled) {
        event.preventDefault();
        if (!event.repeat) this.handlers.onAction('home');
      } else if (event.key === ' ' && !this.#onControl()) {
        event.preventDefault();
        if (!event.repeat && this.#canAsk()) this.handlers.onAction('question');
      }
    }, { signal });
    this.root.addEventListener('keyup', (event) => this.set(`key-${event.code || event.key}`, null), { signal });
  }

  #onControl() {
    return this.root.activeElement?.closest('button, a[href], input, select, textarea, summary, [role="button"]') != null;
  }

  // The vraagknop on the screen decides, so that the space bar can do no more than a press on it.
  #canAsk() {
    const button = this.root.querySelector('[data-action="question"]');
    return button instanceof HTMLButtonElement && !button.disabled && button.offsetParent !== null;
  }

  /** @param {AbortSignal} signal */
  #picture(signal) {
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !this.#enabled) return;
      surface.setPointerCapture?.(event.pointerId);
      const { pointerId, clientX: x, clientY: y, timeStamp: at } = event;
      if (this.#pointers.size === 0) this.#moved = false;
      this.#pointers.set(pointerId, { x, y, x0: x, y0: y, at });
      if (this.#pointers.size > 1) {
        this.#moved = true; // two fingers: a pinch from here on, and no tap when they lift
        this.#drop();
        this.#pinch = { distance: this.#spread(), at };
      }
    }, { signal });
    surface.addEventListener('pointermove', (event) => {
      const pointer = this.#pointers.get(event.pointerId);
      if (!pointer) return;
      pointer.x = event.clientX;
      pointer.y = event.clientY;
      if (this.#pointers.size > 1) this.#pinchMove(event.timeStamp);
      else this.#dragMove(pointer);
    }, { signal });
    const up = (/** @type {PointerEvent} */ event) => {
      const pointer = this.#pointers.get(event.pointerId);
      if (!pointer) return;
      this.#pointers.delete(event.pointerId);
      this.#drop();
      if (event.type === 'pointerup' && !this.#moved && event.timeStamp - pointer.at < TAP_MS) this.#look(pointer.x0, pointer.y0);
      // The finger that stays after a pinch starts afresh, or the picture would jump.
      for (const rest of this.#pointers.values()) Object.assign(rest, { x0: rest.x, y0: rest.y });
    };
    for (const type of /** @type {const} */ (['pointerup', 'pointercancel', 'lostpointercapture'])) {
      surface.addEventListener(type, up, { signal });
    }
    surface.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    surface.addEventListener('wheel', (event) => this.#wheelMove(event), { signal, passive: false });
  }

  #drop() {
    this.stick.hidden = true;
    this.set('drag', null);
    this.set('pinch', null);
  }

  /** @param {number} x @param {number} y */
  #look(x, y) {
    const video = this.root.querySelector('#klas-video');
    if (!(video instanceof HTMLVideoElement)) return;
    const point = pointInPicture(video.getBoundingClientRect(), video.videoWidth, video.videoHeight, x, y);
    if (point) this.handlers.onLook(point.x, point.y);
  }

  /** A stick under the finger: further from where it came down is faster, slow near the middle for fine aiming.
   * @param {{x: number, y: number, x0: number, y0: number}} pointer */
  #dragMove({ x, y, x0, y0 }) {
    const width = this.surface.clientWidth || 1;
    const dx = (x - x0) / width;
    const dy = (y - y0) / width;
    const far = Math.hypot(dx, dy);
    if (far < DEAD) {
      this.set('drag', null);
      if (this.#moved) this.#drawStick(x0, y0, 0, 0);
      return;
    }
    this.#moved = true;
    const speed = Math.min(1, (far - DEAD) / (FULL - DEAD)) ** 1.4;
    this.set('drag', { pan: (dx / far) * speed, tilt: (-dy / far) * speed, zoom: 0 });
    const reach = Math.min(1, far / FULL);
    this.#drawStick(x0, y0, (dx / far) * reach, (dy / far) * reach);
  }

  /** @param {number} x0 @param {number} y0 @param {number} dx −1…1 of the ring @param {number} dy */
  #drawStick(x0, y0, dx, dy) {
    const box = this.surface.getBoundingClientRect();
    this.stick.hidden = false;
    this.stick.style.transform = `translate(${x0 - box.left}px, ${y0 - box.top}px)`;
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
    if (Math.abs(zoom) < 0.08) this.set('pinch', null);
    else this.#pulse('pinch', { pan: 0, tilt: 0, zoom }, 160);
  }

  /** @param {WheelEvent} event */
  #wheelMove(event) {
    event.preventDefault();
    if (!this.#enabled || !event.deltaY) return;
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
    this.#pulse('wheel', { pan: 0, tilt: 0, zoom: sign }, ms);
  }
}
