// The fixed places bord, docent, klas and buddy: a short press goes there, a long one teaches the place to the set.
// Keys: 1 to 4 go, Shift with the digit teaches; on a button Enter goes and Shift+Enter teaches.
import { t } from '/gedeeld/teksten.js';

/**
 * @typedef {Object} PresetHandlers
 * @property {(number: number) => void} onGo
 * @property {(number: number) => void} onTeach
 * @property {(words: string) => void} onWords  to be shown for a moment and read out
 */

const HOLD_MS = 800; // the ring in home.css takes as long to fill
const NAMES = ['bord', 'docent', 'klas', 'buddy'];

export class Presets {
  /** @type {{number: number, timer: ReturnType<typeof setTimeout>}|null} the button that is held */
  #held = null;
  #taughtByPress = false; // the click that ends a long press must not go there as well

  /**
   * @param {Document} root
   * @param {PresetHandlers} handlers
   */
  constructor(root, handlers) {
    this.root = root;
    this.handlers = handlers;
    NAMES.forEach((_, index) => this.#listen(index + 1));
    root.addEventListener('keydown', (event) => this.#key(event));
    for (const type of ['blur', 'pagehide'])
      root.defaultView?.addEventListener(type, () => this.#release());
  }

  /** The set says what became of it. @param {number} number @param {'stored'|'empty'|'failed'} result */
  replied(number, result) {
    const name = NAMES[number - 1];
    if (name)
      this.handlers.onWords(t(`preset.${result}`, { place: t(`preset.${name}`) }));
  }

  /** @param {number} number */
  #button(number) {
    return /** @type {HTMLButtonElement|null} */ (this.root.querySelector(`[data-action="preset-${number}"]`));
  }

  /** @param {number} number */
  #listen(number) {
    const button = this.#button(number);
    if (!button)
      return;
    button.addEventListener('pointerdown', (event) => {
      this.#taughtByPress = false;
      if (event.button === 0 && !button.disabled)
        this.#hold(number, button);
    });
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'])
      button.addEventListener(type, () => this.#release());
    button.addEventListener('contextmenu', (event) => event.preventDefault());
    button.addEventListener('click', (event) => {
      if (!this.#taughtByPress || event.detail === 0) // 0: not pressed by a pointer
        this.handlers.onGo(number);
      this.#taughtByPress = false;
    });
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter')
        return;
      if (event.shiftKey || event.repeat)
        event.preventDefault(); // no click
      if (event.shiftKey && !event.repeat)
        this.handlers.onTeach(number);
    });
  }

  /** @param {number} number @param {HTMLButtonElement} button */
  #hold(number, button) {
    this.#release();
    button.dataset.held = '';
    const timer = setTimeout(() => {
      this.#release();
      this.#taughtByPress = true;
      if (!button.disabled)
        this.handlers.onTeach(number);
    }, HOLD_MS);
    this.#held = { number, timer };
  }

  #release() {
    if (!this.#held)
      return;
    clearTimeout(this.#held.timer);
    delete this.#button(this.#held.number)?.dataset.held;
    this.#held = null;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { target, code } = event;
    const typing = target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
    const number = Number(/^(?:Digit|Numpad)([1-4])$/.exec(code)?.[1]);
    if (!number || typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented)
      return;
    if (this.#button(number)?.disabled !== false)
      return;
    event.preventDefault();
    if (event.shiftKey)
      this.handlers.onTeach(number);
    else
      this.handlers.onGo(number);
  }
}
