// Every way to steer becomes one motion: buttons, keys, drag, wheel and pinch are sources whose motions are added up.
// Only changes are told, and the last word is always zero, so that a camera never keeps turning by itself.
import { PicturePointer } from '/picture-pointer.js';

/** @typedef {{pan: number, tilt: number, zoom: number}} Motion  each −1…1; pan + right, tilt + up, zoom + in */
/**
 * @typedef {Object} SteeringHandlers
 * @property {(motion: Motion) => void} onMotion
 * @property {(x: number, y: number, width: number) => void} onLook   a point of the picture, −0.5…0.5 from its centre, x right, y
 *   down; width < 1: the share of the picture that is to fill it
 * @property {(name: string) => void} onAction   'question' (space bar), 'home' (Home key) or 'back' (Backspace)
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
const SYNTHETIC_MS = 40; // a press shorter than a finger can make comes from a screen reader

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

  /**
   * @param {HTMLElement} surface lies exactly over the class picture
   * @param {Document} root
   * @param {SteeringHandlers} handlers
   */
  constructor(surface, root, handlers) {
    this.surface = surface;
    this.root = root;
    this.handlers = handlers;
    const signal = this.#listening.signal;
    for (const action of Object.keys(DIRECTIONS)) {
      for (const button of root.querySelectorAll(`[data-action="${action}"]`)) {
        if (button instanceof HTMLElement) this.#holdButton(button, action, signal);
      }
    }
    this.#keyboard(signal);
    this.pointer = new PicturePointer(surface, root, this, signal);
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
    this.pointer.drop();
    this.#tell();
  }

  destroy() {
    this.#listening.abort();
    this.stop();
  }

  /** A motion that ends by itself. @param {string} source @param {Motion} motion @param {number} ms */
  pulse(source, motion, ms) {
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
      if (synthetic) this.pulse(source, motion, PULSE_MS);
      else this.set(source, null);
    };
    for (const type of /** @type {const} */ (['pointerup', 'pointercancel', 'pointerleave', 'lostpointercapture'])) {
      button.addEventListener(type, up, { signal });
    }
    // detail 0: pressed by Enter, Space or a screen reader, which have no pointer to hold down.
    button.addEventListener('click', (event) => event.detail === 0 && this.pulse(source, motion, PULSE_MS), { signal });
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
      } else if (event.key === 'Backspace' && this.#enabled) {
        event.preventDefault();
        if (!event.repeat) this.handlers.onAction('back');
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
}
