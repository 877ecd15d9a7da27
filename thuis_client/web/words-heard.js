// The pupil's half of the three words: six drawings of which it picks the three that it hears, or does not join in.
import { draw } from '/gedeeld/icons.js';
import { need, show, Shown, write } from '/gedeeld/scherm.js';
import { language, t } from '/gedeeld/teksten.js';
import { known, WOORDEN } from '/gedeeld/woorden.js';

/** @import * as M from '/gedeeld/messages' */

const PICKED = 3;

export class WordsHeard {
  /** @type {string[]} */
  #words = [];
  /** @type {Set<string>} */
  #picked = new Set();
  #waiting = false; // for what the class says of it
  #shown = new Shown();

  /**
   * @param {Document} root
   * @param {Object} handlers
   * @param {(message: M.Words) => void} handlers.send
   * @param {(words: string) => void} handlers.tell
   */
  constructor(root, handlers) {
    this.handlers = handlers;
    this.card = need(root, '#woorden', HTMLElement);
    this.list = need(this.card, '.woorden-keuze', HTMLElement);
    this.done = need(root, '[data-action="words-done"]', HTMLButtonElement);
    this.list.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (button?.dataset.word)
        this.#pick(button.dataset.word);
    });
  }

  /** @param {M.Words} message  of the class */
  received({ step, words, right }) {
    if (step === 'ask') {
      this.#words = known(words);
      this.#picked.clear();
      this.#waiting = false;
      this.render();
      this.list.querySelector('button')?.focus();
    } else if (step === 'result' && this.#waiting) {
      this.#waiting = false;
      this.handlers.tell(t(`words.result.${Math.min(PICKED, right)}`));
    } else if (step === 'stop' && this.#words.length) {
      this.close();
      this.handlers.tell(t('words.stopped'));
    }
  }

  /** @param {string} action @returns {boolean} */
  act(action) {
    if (action === 'words-done' && this.#picked.size === PICKED) {
      this.handlers.send({ type: 'words', step: 'picked', words: [...this.#picked], right: 0 });
      this.#waiting = true;
      this.close();
    } else if (action === 'words-decline') {
      this.handlers.send({ type: 'words', step: 'declined', words: [], right: 0 });
      this.close();
    }
    return action.startsWith('words-');
  }

  close() {
    this.#words = [];
    this.render();
  }

  render() {
    const words = this.#words;
    if (!this.#shown.changed('words', words.join(), [...this.#picked].join(), language()))
      return;
    show(this.card, words.length > 0);
    this.done.disabled = this.#picked.size !== PICKED;
    const before = [...this.list.children].map((button) => button instanceof HTMLElement && button.dataset.word).join();
    if (before !== words.join())
      this.list.replaceChildren(...words.map((word) => this.#button(word)));
    for (const button of this.list.querySelectorAll('button')) {
      const { word = '' } = button.dataset;
      button.setAttribute('aria-pressed', String(this.#picked.has(word)));
      write(need(button, 'span', HTMLElement), t(`word.${word}`));
    }
  }

  /** @param {string} word */
  #button(word) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.word = word;
    button.append(draw(WOORDEN[word] ?? []), document.createElement('span'));
    return button;
  }

  /** A fourth word takes no other's place: one that is on goes off by a second press. @param {string} word */
  #pick(word) {
    if (!this.#picked.delete(word) && this.#picked.size < PICKED)
      this.#picked.add(word);
    this.render();
  }
}
