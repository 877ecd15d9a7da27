// A game controller (Gamepad API, standard mapping): the stick turns, the triggers zoom, A is the vraagknop, B goes back to
// the board, Y home, the cross leads to the four places.

/** @import { Motion } from '/steering.js' */

const DEAD = 0.18; // a worn stick rests this far from its middle
const TRIGGER = 0.08;
/** @type {Record<number, string>} index of a button: what it does */
const BUTTONS = { 0: 'main', 1: 'back', 2: 'withdraw', 3: 'home', 12: 'preset-1', 13: 'preset-3', 14: 'preset-4', 15: 'preset-2' };
const IN = [5, 7]; // right: closer
const OUT = [4, 6];

/** @typedef {{axes: readonly number[], buttons: readonly {pressed: boolean, value: number}[]}} Pad */

/**
 * What one pad wants now.
 * @param {Pad} pad
 * @returns {{motion: Motion|null, pressed: string[]}}
 */
export function wanted(pad) {
  const [x, y] = stick(pad.axes[0] ?? 0, pad.axes[1] ?? 0);
  const pull = (/** @type {number[]} */ which) => Math.max(...which.map((index) => pad.buttons[index]?.value ?? 0));
  const zoom = pull(IN) - pull(OUT);
  const motion = { pan: x, tilt: -y || 0, zoom: Math.abs(zoom) > TRIGGER ? zoom : 0 };
  const pressed = Object.entries(BUTTONS).filter(([index]) => pad.buttons[Number(index)]?.pressed).map(([, name]) => name);
  return { motion: motion.pan || motion.tilt || motion.zoom ? motion : null, pressed };
}

/** Slow near the middle for fine aiming, nothing within the dead zone. @param {number} x @param {number} y @returns {[number, number]} */
function stick(x, y) {
  const far = Math.min(1, Math.hypot(x, y));
  if (!(far > DEAD)) // rubbish is no number either
    return [0, 0];
  const speed = ((far - DEAD) / (1 - DEAD)) ** 1.5 / Math.hypot(x, y);
  return [x * speed, y * speed];
}

export class GamePads {
  /** @type {Set<string>} held since the last look */
  #held = new Set();
  #looking = false;

  /**
   * @param {Object} handlers
   * @param {(motion: Motion|null) => void} handlers.onMotion
   * @param {(name: string) => void} handlers.onPress  main, back, withdraw, home, preset-1…
   */
  constructor(handlers) {
    this.handlers = handlers;
    addEventListener('gamepadconnected', () => this.#begin());
    this.#begin();
  }

  #begin() {
    if (!this.#looking && connected().length)
      requestAnimationFrame(() => this.#look());
    this.#looking ||= connected().length > 0;
  }

  #look() {
    const pads = connected().map(wanted);
    this.handlers.onMotion(pads.find(({ motion }) => motion)?.motion ?? null);
    const pressed = new Set(pads.flatMap((pad) => pad.pressed));
    for (const name of pressed) {
      if (!this.#held.has(name))
        this.handlers.onPress(name);
    }
    this.#held = pressed;
    this.#looking = pads.length > 0;
    if (this.#looking)
      requestAnimationFrame(() => this.#look());
  }
}

function connected() {
  return [...navigator.getGamepads()].flatMap((pad) => (pad?.connected ? [pad] : []));
}
