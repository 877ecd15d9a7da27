// Whether the class hears the pupil: what was said here, second by second, against what the screen in class says that it got.
// Pure. Says nothing on little evidence: a child that is silent is not "not heard".

/** @typedef {'unknown'|'heard'|'quiet'|'unheard'|'unplayed'} Reached */
/** @typedef {{level_db: number, plays: boolean}} Heard */

const WINDOW = 6; // seconds; the answer is a second late
const SPOKE = 3; // of them
const SPEECH_DB = -35; // peak: a voice at a headset is 20 dB above it
const HEARD_DB = -60;
const UNPLAYED = 3; // seconds in a row

export class Reach {
  /** @type {{spoke: boolean, heard: boolean|null, plays: boolean}[]} */
  #seconds = [];
  /** @type {Reached} */
  state = 'unknown';

  /**
   * @param {number|null} peak_db  loudest here in this second, dBFS; null while the microphone is off
   * @param {Heard|null} heard     the class's last word, null when none came
   * @returns {Reached}
   */
  step(peak_db, heard) {
    if (peak_db === null || Number.isNaN(peak_db)) {
      this.#seconds = [];
      return (this.state = 'unknown');
    }
    const one = { spoke: peak_db > SPEECH_DB, heard: heard && heard.level_db > HEARD_DB, plays: heard?.plays ?? true };
    this.#seconds = [...this.#seconds, one].slice(-WINDOW);
    return (this.state = this.#judge());
  }

  /** @returns {Reached} */
  #judge() {
    const known = this.#seconds.filter(({ heard }) => heard !== null);
    if (known.length < SPOKE)
      return 'unknown';
    const last = this.#seconds.slice(-UNPLAYED);
    if (last.length === UNPLAYED && last.every(({ plays }) => !plays))
      return 'unplayed';
    if (known.some(({ heard }) => heard))
      return 'heard';
    const spoke = this.#seconds.filter((second) => second.spoke).length;
    return spoke >= SPOKE || this.state === 'unheard' ? 'unheard' : 'quiet'; // it stays until something is heard
  }
}
