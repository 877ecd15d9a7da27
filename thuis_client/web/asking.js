// The pupil's question outlives the line: a press that went down with a leg, or a set that was started anew and forgot, is asked
// again over the next leg. Until it was answered or taken back. Pure.

/** @import * as M from '/gedeeld/messages' */

export class Asking {
  /** @type {{loud: boolean, leg: unknown, heard: boolean}|null} what waits for an answer, and over which leg it was asked */
  #open = null;

  /** @param {(message: M.Ask | M.Withdraw) => void} send */
  constructor(send) {
    this.send = send;
  }

  /** @param {boolean} loud @param {unknown} leg  that it goes over now */
  ask(loud, leg) {
    this.#open = { loud, leg, heard: false };
    this.send({ type: 'ask', loud });
  }

  withdraw() {
    this.#open = null;
    this.send({ type: 'withdraw' });
  }

  /** The lesson is over. */
  forget() {
    this.#open = null;
  }

  /**
   * The set tells how the question stands.
   * @param {M.QuestionState} question @param {boolean} loud @param {unknown} leg  that shows @param {boolean} showing  it came over that one
   */
  told(question, loud, leg, showing) {
    if (question === 'asked' || question === 'escalated')
      this.#open = { loud, leg, heard: true };
    else if (question !== 'none' || (showing && this.#open?.heard && this.#open.leg === leg))
      this.#open = null; // answered; or over, on the very line that had brought it
    else if (showing)
      this.again(question, leg);
  }

  /** Another leg shows. @param {M.QuestionState} question  as the set told it last @param {unknown} leg */
  again(question, leg) {
    if (this.#open && this.#open.leg !== leg && question === 'none')
      this.ask(this.#open.loud, leg);
  }
}
