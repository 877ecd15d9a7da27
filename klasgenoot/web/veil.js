// Keeps the picture of before out of sight: after the pupil chose another step, or the camera came on again, nothing is shown
// until a picture arrives that was surely made after it. A picture that stands still for seconds is none either.

/** @import * as M from '/gedeeld/messages' */

const UNDERWAY_MS = 500; // pictures that were on their way when the step changed
const STALE_MS = 3000; // no picture waits longer than this in a busy screen
const STILL_MS = 5000;

export class Veil {
  #of = '';
  #turn = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {() => void} onLift
   */
  constructor(video, onLift) {
    this.video = video;
    this.onLift = onLift;
    this.lifted = false;
    this.seenAt = -Infinity;
    setInterval(() => this.#still(performance.now()), 1000);
  }

  /** @param {M.PresenceStep} step @param {boolean} on  whether the camera is */
  follow(step, on) {
    const now = `${step} ${on}`;
    if (now === this.#of)
      return;
    this.#of = now;
    this.lifted = false;
    if (on)
      this.#watch(++this.#turn, performance.now() + UNDERWAY_MS);
  }

  /** @param {number} turn @param {number} after */
  #watch(turn, after) {
    this.video.requestVideoFrameCallback((now, { receiveTime = now }) => {
      if (turn !== this.#turn)
        return;
      this.seenAt = now;
      if (!this.lifted && (receiveTime >= after || now >= after + STALE_MS)) {
        this.lifted = true;
        this.onLift();
      }
      this.#watch(turn, after);
    });
  }

  /** @param {number} now */
  #still(now) {
    if (!this.lifted || now - this.seenAt < STILL_MS)
      return;
    this.lifted = false; // the next picture lifts it again
    this.onLift();
  }
}
