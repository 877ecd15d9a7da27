// The class has to see that the pupil speaks: the bars beside the name move, and in group work the picture has an edge.

/** @import { Talk } from '/talk.js' */

const LOOK_MS = 250;
const SPEAKS = 0.02; // of full scale, as the browser's levels go
const HOLD_MS = 900; // a pause between words

export class Speaking {
  #live = false;
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

  /** @param {boolean} live @param {boolean} groepswerk */
  render(live, groepswerk) {
    this.stage.dataset.groepswerk = String(groepswerk);
    if (live === this.#live)
      return;
    this.#live = live;
    clearInterval(this.#timer);
    if (live)
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
