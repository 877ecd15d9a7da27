// In group work a child at the table has to see that the pupil speaks: an edge around the picture.

/** @import { Talk } from '/talk.js' */

const LOOK_MS = 250;
const SPEAKS = 0.02; // of full scale, as the browser's levels go
const HOLD_MS = 900; // a pause between words

export class GroupRing {
  #on = false;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  #heardAt = -HOLD_MS;

  /**
   * @param {HTMLElement} stage
   * @param {Talk} talk
   */
  constructor(stage, talk) {
    this.stage = stage;
    this.talk = talk;
  }

  /** @param {boolean} on  group work in a lesson */
  render(on) {
    if (on === this.#on)
      return;
    this.#on = on;
    clearInterval(this.#timer);
    if (on)
      this.#timer = setInterval(() => this.#look(), LOOK_MS);
    else
      this.stage.dataset.speaks = 'false';
  }

  #look() {
    const now = performance.now();
    if ((this.talk.receiver('audio')?.getSynchronizationSources()[0]?.audioLevel ?? 0) > SPEAKS)
      this.#heardAt = now;
    this.stage.dataset.speaks = String(now - this.#heardAt < HOLD_MS);
  }
}
