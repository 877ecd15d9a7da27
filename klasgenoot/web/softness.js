// Whether a voice is too soft to be followed, from its level second by second. Pure.

const SECONDS = 20; // somebody who speaks now and then has spoken within these
const SPEECH_DB = -60; // below it nobody speaks
const SOFT_DB = -40; // a voice at a good microphone is 10 to 20 dB above this
const ENOUGH = 4; // seconds of speech before anything is said of it

export class Softness {
  /** @type {number[]} */
  #levels = [];

  /**
   * @param {number|null} db  mean level of the second, dBFS; null while the microphone is off
   * @returns {boolean}
   */
  step(db) {
    if (db === null)
      this.#levels = [];
    else
      this.#levels = [...this.#levels, db].slice(-SECONDS);
    const spoken = this.#levels.filter((level) => level > SPEECH_DB);
    return spoken.length >= ENOUGH && Math.max(...spoken) < SOFT_DB;
  }
}
