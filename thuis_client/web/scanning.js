// One switch is enough: a highlight walks over the groups of controls, the switch (space bar or Enter) goes into a group, and
// then presses the control on which it stands. What may be repeated stays under the highlight.
import { need } from '/gedeeld/scherm.js';

const STEP_MS = 1400;
const ROUNDS = 2; // through a group without a press: back to the groups
const KEPT = 'klasgenoot.schakelaar'; // how this laptop is worked, nothing about a lesson
const STAYS = new Set(['left', 'right', 'up', 'down', 'in', 'out']);
const GROUPS = [
  '.photo-tools', '.woorden', '#choices', '#pairing', '.question', '.cross', '.zoom', '.presets', '.modes', '.boardbar', '.devices', '.self', '#arriving', '.notices', '.top',
];

export class Scanning {
  /** @type {HTMLElement[]|null} the group that was gone into */
  #within = null;
  #at = -1;
  #steps = 0;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  /** @type {HTMLElement[]} */
  #lit = [];

  /** @param {Document} root */
  constructor(root) {
    this.root = root;
    this.button = need(root, '[data-action="scan"]', HTMLButtonElement);
    root.addEventListener('keydown', (event) => this.#key(event), { capture: true });
    root.addEventListener('keyup', (event) => {
      if (!this.on || !isSwitch(event))
        return;
      event.preventDefault(); // on keyup a focused button would be pressed as well
      event.stopImmediatePropagation();
    }, { capture: true });
    this.#show(recall());
  }

  get on() {
    return this.#timer !== undefined;
  }

  toggle() {
    keep(!this.on);
    this.#show(!this.on);
  }

  /** @param {boolean} on */
  #show(on) {
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.#step(), STEP_MS) : undefined;
    this.#within = null;
    this.#at = -1;
    this.button.setAttribute('aria-pressed', String(on));
    this.#light([]);
    if (on)
      this.#step();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.on || !isSwitch(event) || (event.target instanceof HTMLElement && event.target.closest('input, textarea')))
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat)
      this.#press();
  }

  #press() {
    const [first] = this.#lit;
    if (!first)
      return;
    if (this.#lit.length > 1) {
      this.#within = this.#lit;
      this.#at = -1;
      this.#steps = 0;
      this.#again();
      return this.#step();
    }
    first.click();
    if (!this.on) // it was the one that ends this
      return;
    this.#again();
    if (!STAYS.has(first.dataset.action ?? '')) {
      this.#within = null;
      this.#at = -1;
    }
  }

  /** A full step from now. */
  #again() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  #step() {
    if (this.#within) {
      const items = this.#within.filter(canPress);
      if (items.length && this.#steps++ < items.length * ROUNDS) {
        this.#at = (this.#at + 1) % items.length;
        return this.#light(items.slice(this.#at, this.#at + 1));
      }
      this.#within = null;
      this.#at = -1;
    }
    const groups = this.#groups();
    this.#at = groups.length ? (this.#at + 1) % groups.length : -1;
    this.#light(groups[this.#at] ?? []);
  }

  /** What can be pressed now, group by group. */
  #groups() {
    const modal = this.root.querySelector('dialog[open]');
    return GROUPS.map((selector) => [...this.root.querySelectorAll(`${selector} button`)]
      .filter((button) => button instanceof HTMLElement).filter(canPress)
      .filter((button) => !modal || modal.contains(button))).filter((group) => group.length > 0);
  }

  /** @param {HTMLElement[]} elements */
  #light(elements) {
    for (const element of this.#lit)
      element.classList.remove('scanned');
    this.#lit = elements;
    for (const element of elements)
      element.classList.add('scanned');
    elements[0]?.scrollIntoView({ block: 'nearest' });
  }
}

/** @param {HTMLElement} element */
function canPress(element) {
  return element.isConnected && element.offsetParent !== null && !(element instanceof HTMLButtonElement && element.disabled);
}

/** @param {KeyboardEvent} event */
function isSwitch({ key, ctrlKey, altKey, metaKey }) {
  return (key === ' ' || key === 'Enter') && !ctrlKey && !altKey && !metaKey;
}

function recall() {
  try {
    return localStorage.getItem(KEPT) === 'ja';
  } catch {
    return false;
  }
}

/** @param {boolean} on */
function keep(on) {
  try {
    localStorage.setItem(KEPT, on ? 'ja' : 'nee');
  } catch {
    // For as long as this page is open.
  }
}
