// What was shut in this lesson stays shut when the page is loaded anew: the local process remembers the microphone's switches.

/** @import * as M from '/gedeeld/messages' */
/** @import { PupilMedia } from '/pupil-media.js' */

export class MicMemory {
  #fresh;
  /** As the process has them. @type {string|null} */
  #kept = null;

  /**
   * @param {PupilMedia} media
   * @param {(message: M.Speak) => boolean} keep
   */
  constructor(media, keep) {
    this.media = media;
    this.keep = keep;
    this.#fresh = JSON.stringify(media.switches);
  }

  /** @param {M.Status} status */
  told({ microphone, wanted }) {
    const first = this.#kept === null;
    this.#kept = JSON.stringify(microphone);
    if (first && JSON.stringify(this.media.switches) === this.#fresh)
      this.media.switches = { ...microphone, resting: microphone.resting && wanted }; // a rest ends with its lesson
    this.changed();
  }

  /** A press, a rest that ended, or a process that was started anew and knows nothing. */
  changed() {
    const now = JSON.stringify(this.media.switches);
    if (this.#kept !== null && now !== this.#kept && this.keep({ type: 'speak', microphone: this.media.switches }))
      this.#kept = now;
  }
}
