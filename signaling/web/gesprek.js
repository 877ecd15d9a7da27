// What was said in writing in this lesson, on either page: a few lines in memory, each known by who wrote it and its number.
import { plainText } from '/gedeeld/bestand-regels.js';

/** @import * as M from '/gedeeld/messages' */
/** @typedef {{own: boolean, number: number, text: string, shown: boolean|null}} Line  shown null: not known yet; false: it did not come */

export const LONGEST = 200; // signaling/messages_together.py
const KEPT = 30;
const PER_S = 0.5;
const BURST = 4; // whoever types faster than this is not talking
const ANSWER_MS = 4000;

export class Conversation {
  /** @type {Line[]} */
  lines = [];
  isOpen = true; // the class has it on
  #number = 0;
  #tokens = BURST;
  #filledAt = 0;
  #heard = 0; // the highest number of the other side

  /**
   * @param {(message: M.Chat | M.ChatHeard) => boolean|void} send  false: it did not leave
   * @param {() => void} onChange
   */
  constructor(send, onChange) {
    this.send = send;
    this.onChange = onChange;
  }

  /**
   * Say this; what cannot be said is left.
   * @param {string} raw
   * @param {number} now  ms
   * @returns {'said'|'empty'|'fast'}
   */
  say(raw, now = performance.now()) {
    const text = plainText(raw, LONGEST);
    if (!text)
      return 'empty';
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#filledAt) / 1000) * PER_S);
    this.#filledAt = now;
    if (this.#tokens < 1)
      return 'fast';
    this.#tokens -= 1;
    // A page that was loaded anew goes on above its old numbers.
    this.#number = Math.max(this.#number + 1, Date.now());
    const line = { own: true, number: this.#number, text, shown: null };
    this.#keep(line);
    this.send({ type: 'chat', number: line.number, text });
    setTimeout(() => this.#unanswered(line), ANSWER_MS);
    return 'said';
  }

  /**
   * @param {M.Chat | M.ChatHeard} message
   * @returns {Line|null} a line that is new here
   */
  received(message) {
    if (message.type === 'chat_heard') {
      if (message.number === 0 || !message.shown)
        this.isOpen = message.shown;
      const line = this.lines.find(({ own, number }) => own && number === message.number);
      if (line)
        line.shown = message.shown;
      this.onChange();
      return null;
    }
    const text = plainText(message.text, LONGEST);
    const isNew = message.number > this.#heard && text !== '' && this.isOpen;
    this.send({ type: 'chat_heard', number: message.number, shown: this.isOpen });
    if (!isNew)
      return null;
    this.#heard = message.number;
    const line = { own: false, number: message.number, text, shown: true };
    this.#keep(line);
    return line;
  }

  /** The class has it on or off. @param {boolean} open */
  setOpen(open) {
    this.isOpen = open;
    if (!open)
      this.lines = [];
    this.send({ type: 'chat_heard', number: 0, shown: open });
    this.onChange();
  }

  /** Nothing stays after the lesson. */
  clear() {
    this.lines = [];
    this.isOpen = true;
    this.onChange();
  }

  /** @param {Line} line */
  #keep(line) {
    this.lines = [...this.lines, line].slice(-KEPT);
    this.onChange();
  }

  /** @param {Line} line */
  #unanswered(line) {
    if (line.shown !== null)
      return;
    line.shown = false;
    this.onChange();
  }
}
