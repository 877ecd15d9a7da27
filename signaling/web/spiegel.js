// "How do I come across": while one side holds its button, the other side's page sends back the picture that it gets, and
// tells how it hears. Nothing is kept; the side that sends back shows that it does.

/** @import * as M from '/gedeeld/messages' */
/** @typedef {Omit<M.Reflection, 'type'>} Figures */

const REPEAT_MS = 400;
const PATIENCE_MS = 1500; // three repeats that did not come: the other page is gone
const TELL_MS = 500;
export const LONGEST_MS = 20_000; // a key that got stuck

export class Mirror {
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #repeat;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #tell;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #patience;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #longest;
  #tired = false; // held for too long: only a new press counts

  /**
   * @param {Object} handlers
   * @param {(message: M.Mirror | M.Reflection) => void} handlers.send
   * @param {(on: boolean) => void} handlers.sendBack  the other side's picture
   * @param {() => Promise<Figures>} handlers.figures  what this page gets of the other side
   * @param {() => void} handlers.onChange
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.holding = false;
    this.mirrored = false;
    /** @type {Figures|null} */
    this.reflection = null;
  }

  /** @param {boolean} on */
  hold(on) {
    if (on === this.holding)
      return;
    clearInterval(this.#repeat);
    clearTimeout(this.#longest);
    this.holding = on;
    this.reflection = null;
    const say = () => this.handlers.send({ type: 'mirror', on: this.holding });
    say();
    if (on) {
      this.#repeat = setInterval(say, REPEAT_MS);
      this.#longest = setTimeout(() => this.hold(false), LONGEST_MS);
    }
    this.handlers.onChange();
  }

  /** @param {M.Mirror | M.Reflection} message */
  received(message) {
    if (message.type === 'reflection') {
      if (!this.holding)
        return;
      const { width, height, fps, level_db } = message;
      this.reflection = { width, height, fps, level_db };
      return this.handlers.onChange();
    }
    clearTimeout(this.#patience);
    if (!message.on)
      this.#tired = false;
    if (message.on && !this.#tired) {
      this.#patience = setTimeout(() => this.#setMirrored(false), PATIENCE_MS);
      this.#setMirrored(true);
    } else {
      this.#setMirrored(false);
    }
  }

  /** The lesson or the line ended, or the curtain closed. */
  stop() {
    this.hold(false);
    clearTimeout(this.#patience);
    this.#setMirrored(false);
  }

  /** @param {boolean} on */
  #setMirrored(on) {
    if (on === this.mirrored)
      return;
    this.mirrored = on;
    clearInterval(this.#tell);
    this.handlers.sendBack(on);
    if (on) {
      const since = performance.now();
      this.#tell = setInterval(async () => {
        const figures = await this.handlers.figures();
        if (!this.mirrored)
          return;
        if (performance.now() - since > LONGEST_MS + PATIENCE_MS) {
          this.#tired = true;
          return this.#setMirrored(false);
        }
        this.handlers.send({ type: 'reflection', ...figures });
      }, TELL_MS);
    }
    this.handlers.onChange();
  }
}
