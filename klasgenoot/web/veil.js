// Keeps the picture of before out of sight: after the pupil chose another step, or the camera came on again, nothing is shown
// until a picture arrives that was surely made after it.

/** @import * as M from '/gedeeld/messages' */

const UNDERWAY_MS = 500; // pictures that were on their way when the step changed

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
    this.video.requestVideoFrameCallback((now) => {
      if (turn !== this.#turn)
        return;
      if (now < after)
        return this.#watch(turn, after);
      this.lifted = true;
      this.onLift();
    });
  }
}
