// How the page looks and which language it speaks: chosen by the pupil, kept in this browser only.
import { LANGUAGES, loadLanguage } from '/gedeeld/teksten.js';

/** @import { Language } from '/gedeeld/teksten.js' */
/** @typedef {{theme: string, size: string, letters: string, motion: string}} Choices */

const KEPT = 'weergave';
/** What may be chosen; the first of each is what nobody chose. @type {Record<keyof Choices, string[]>} */
const CHOICES = {
  theme: ['auto', 'light', 'dark', 'contrast'],
  size: ['100', '125', '150', '200'],
  letters: ['plain', 'clear'],
  motion: ['full', 'calm'],
};
const NAMES = /** @type {(keyof Choices)[]} */ (Object.keys(CHOICES));

export class Looks {
  /**
   * @param {Document} root
   * @param {(language: Language) => void} onLanguage  its words are there by then
   */
  constructor(root, onLanguage) {
    this.root = root;
    this.onLanguage = onLanguage;
    const kept = read();
    this.choices = /** @type {Choices} */ (Object.fromEntries(NAMES.map((name) => [name, one(CHOICES[name], kept[name])])));
    /** @type {Language|null} chosen here, at any time before */
    this.language = isLanguage(kept.language) ? kept.language : null;
    const dialog = root.getElementById('weergave');
    if (!(dialog instanceof HTMLDialogElement)) throw new Error('index.html has no #weergave');
    this.dialog = dialog;
    this.#fill();
    dialog.addEventListener('change', ({ target }) => target instanceof HTMLInputElement && this.#chosen(target));
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.more = matchMedia('(prefers-contrast: more)');
    for (const query of [this.dark, this.more]) query.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  /** Also at the start: the language that was chosen last time. @param {Language} language */
  async speak(language) {
    await loadLanguage(language);
    this.language = language;
    this.#keep();
    this.onLanguage(language);
  }

  open() {
    for (const name of NAMES) this.#check(name, this.choices[name]);
    this.#check('language', this.root.documentElement.lang);
    this.dialog.showModal();
  }

  #fill() {
    const languages = this.dialog.querySelector('[data-looks="language"]');
    languages?.append(...Object.entries(LANGUAGES).map(([code, name]) => this.#tile('language', code, name, code)));
    for (const name of NAMES) {
      const tiles = CHOICES[name].map((value) => this.#tile(name, value, null));
      this.dialog.querySelector(`[data-looks="${name}"]`)?.append(...tiles);
    }
  }

  /** @param {string} name @param {string} value @param {string|null} words  null: from the catalogue @param {string} [lang] */
  #tile(name, value, words, lang) {
    const label = this.root.createElement('label');
    const input = Object.assign(this.root.createElement('input'), { type: 'radio', name: `looks-${name}`, value });
    const text = this.root.createElement('span');
    if (words === null) text.dataset.t = `looks.${name}.${value}`;
    else text.textContent = words;
    if (lang) Object.assign(text, { lang, dir: 'auto' });
    label.className = 'tile';
    label.dataset.tile = `${name}-${value}`;
    label.append(input, text);
    return label;
  }

  /** @param {string} name @param {string} value */
  #check(name, value) {
    const input = this.dialog.querySelector(`input[name="looks-${name}"][value="${CSS.escape(value)}"]`);
    if (input instanceof HTMLInputElement) input.checked = true;
  }

  /** @param {HTMLInputElement} input */
  #chosen({ name, value }) {
    const what = name.replace('looks-', '');
    if (what === 'language') return void (isLanguage(value) && this.speak(value));
    const choice = NAMES.find((known) => known === what);
    if (choice) this.choices[choice] = one(CHOICES[choice], value);
    this.#keep();
    return this.#apply();
  }

  #apply() {
    const { theme, size, letters, motion } = this.choices;
    const auto = this.dark.matches ? 'dark' : 'light';
    Object.assign(this.root.documentElement.dataset, { theme: theme === 'auto' ? auto : theme, size, letters, motion });
  }

  #keep() {
    try {
      localStorage.setItem(KEPT, JSON.stringify({ ...this.choices, language: this.language }));
    } catch {
      // A browser that keeps nothing: then it is chosen again next time.
    }
  }
}

/** What was kept may be of another version, or rubbish. @returns {Record<string, unknown>} */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

/** @param {string[]} allowed @param {unknown} wanted */
function one(allowed, wanted) {
  return allowed.find((value) => value === wanted) ?? allowed[0] ?? '';
}

/** @param {unknown} value @returns {value is Language} */
function isLanguage(value) {
  return typeof value === 'string' && Object.hasOwn(LANGUAGES, value);
}
