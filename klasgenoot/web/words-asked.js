// The class's half of the three words: shows them to whoever speaks, and tells both sides how many were heard.
import { draw } from '/gedeeld/icons.js';
import { need, show, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';
import { chooseWords, countRight, known, WOORDEN } from '/gedeeld/woorden.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Choice } from '/gedeeld/woorden.js' */

const LONGEST_MS = 120_000; // a card that everybody forgot does not stay on the screen

export class WordsAsked {
  /** @type {Choice|null} */
  #choice = null;
  #answer = ''; // key of what became of it
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {Document} root
   * @param {(message: M.Words) => void} send
   */
  constructor(root, send) {
    this.send = send;
    this.card = need(root, '#woorden', HTMLElement);
    this.list = need(this.card, 'ul', HTMLElement);
    this.title = need(this.card, 'h2', HTMLElement);
    this.state = need(this.card, 'p', HTMLElement);
  }

  ask() {
    this.#choice = chooseWords();
    this.#answer = '';
    this.send({ type: 'words', step: 'ask', words: this.#choice.shown, right: 0 });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), LONGEST_MS);
    this.render();
    need(this.card, 'button', HTMLButtonElement).focus();
  }

  /** Somebody in class closed the card, or the lesson ended. */
  stop() {
    if (!this.#choice)
      return;
    if (this.#answer === '')
      this.send({ type: 'words', step: 'stop', words: [], right: 0 });
    this.#choice = null;
    clearTimeout(this.#timer);
    this.render();
  }

  /** @param {M.Words} message  of the pupil */
  received({ step, words }) {
    if (!this.#choice || this.#answer !== '')
      return;
    if (step === 'declined') {
      this.#answer = 'words.declined';
    } else if (step === 'picked') {
      const right = countRight(this.#choice.said, known(words));
      this.#answer = `words.right.${right}`;
      this.send({ type: 'words', step: 'result', words: this.#choice.said, right });
    }
    this.render();
  }

  render() {
    const choice = this.#choice;
    show(this.card, choice !== null);
    if (!choice)
      return;
    write(this.title, t('words.say'));
    write(this.state, t(this.#answer || 'words.waiting'));
    this.card.dataset.answer = this.#answer;
    this.list.replaceChildren(...choice.said.map((word) => {
      const item = document.createElement('li');
      item.append(draw(WOORDEN[word] ?? []), t(`word.${word}`));
      return item;
    }));
  }
}
