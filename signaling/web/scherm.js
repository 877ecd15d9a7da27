// Small tools that both pages share for writing to the screen: find, translate, draw icons, and skip what did not change.
import { icon } from '/gedeeld/icons.js';
import { direction, language, languageOf, t } from '/gedeeld/teksten.js';

/**
 * Find an element that the page cannot do without; a missing one is a mistake in index.html and is said at once.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new (...args: never[]) => T} kind
 * @returns {T}
 */
export function need(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${selector} of the right kind`);
  return found;
}

/**
 * Put the words of the current language in every element that names a key.
 * `data-t` is the text, `data-t-label` the name for a screen reader (and the tooltip of an icon button).
 * @param {Document} root
 */
export function translate(root) {
  root.documentElement.lang = language();
  root.documentElement.dir = direction();
  for (const element of root.querySelectorAll('[data-t]')) {
    const key = element.getAttribute('data-t') ?? '';
    element.textContent = t(key);
    // A screen reader reads it with the right voice.
    if (languageOf(key) === language()) element.removeAttribute('lang');
    else element.setAttribute('lang', languageOf(key));
  }
  for (const element of root.querySelectorAll('[data-t-label]')) {
    const words = t(element.getAttribute('data-t-label') ?? '');
    element.setAttribute('aria-label', words);
    if (element instanceof HTMLButtonElement) element.title = words;
  }
}

/**
 * Draw an icon in every element with `data-icon`.
 * @param {ParentNode} root
 */
export function drawIcons(root) {
  for (const element of root.querySelectorAll('[data-icon]')) setIcon(element, element.getAttribute('data-icon') ?? '');
}

/**
 * @param {Element} element
 * @param {string} name
 */
export function setIcon(element, name) {
  if (element.firstElementChild?.getAttribute('data-drawn') === name) return;
  const drawing = icon(name);
  drawing.setAttribute('data-drawn', name);
  element.replaceChildren(drawing);
}

/**
 * Show or hide without touching the layout when nothing changes.
 * @param {HTMLElement} element
 * @param {boolean} visible
 */
export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

/**
 * Write text only when it differs: a rewritten aria-live region would be read out again.
 * @param {Element} element
 * @param {string} words
 */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** Remembers what is on the screen, so that render() may be called at any rate and still costs next to nothing. */
export class Shown {
  /** @type {Map<string, unknown>} */
  #values = new Map();

  /**
   * True the first time and whenever the values differ from the last call under this name.
   * @param {string} name
   * @param {...(string|number|boolean|null|undefined)} values
   * @returns {boolean}
   */
  changed(name, ...values) {
    const now = JSON.stringify(values);
    if (this.#values.get(name) === now) return false;
    this.#values.set(name, now);
    return true;
  }

  /** Forget everything: the next render writes all of it again (another language). */
  forget() {
    this.#values.clear();
  }
}

/** Counts a waiting time on the screen once a second, as 0:07. */
export class Waiting {
  /** @type {number|null} */
  #since = null;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;

  /** @param {Element} element */
  constructor(element) {
    this.element = element;
  }

  /** @param {number|null} since performance.now() at the start; null stops the count */
  from(since) {
    if (since === this.#since) return;
    this.#since = since;
    clearInterval(this.#timer);
    if (since !== null) this.#timer = setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  #tick() {
    if (this.#since === null) return write(this.element, '');
    const seconds = Math.max(0, Math.floor((performance.now() - this.#since) / 1000));
    write(this.element, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
  }
}

/**
 * Move a control to another place without losing the keyboard focus that may be on it.
 * One control with one `data-action` in two places of the layout is clearer than two that must be kept the same.
 * @param {HTMLElement} control
 * @param {HTMLElement} slot
 */
export function moveTo(control, slot) {
  if (control.parentElement === slot) return;
  const focused = control.ownerDocument.activeElement === control;
  slot.append(control);
  if (focused) control.focus();
}
