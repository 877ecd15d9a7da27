// Whether it howls: one tone that stands alone, grows by itself and becomes loud. Pure; time is an argument.

const HEARD_DB = -50; // below this nobody is bothered yet
const LOUD_DB = -26; // of the tone in its bin
const ALONE_DB = 20; // above everything that is not beside it: a voice and most instruments have overtones
const GROWN_DB = 6;
const WATCHED_MS = 300; // a struck or switched-on tone is loud at once; a howl needs some round trips
const FALLS_DB = 1; // less than this is no falling
const BESIDE = 3; // bins that the window spreads a tone over
const AGAIN_MS = 1500; // as long as the loudspeaker's new level is given to help

export class Howl {
  /** @type {{bin: number, since: number, fromDb: number, highestDb: number, howled: boolean}|null} */
  #tone = null;
  #toldAt = -Infinity;

  /**
   * @param {Float32Array} spectrum  dBFS a bin, unsmoothed; 0 is the lowest frequency
   * @param {number} now  ms
   * @returns {boolean} true when something has to be done (again)
   */
  step(spectrum, now) {
    const peak = loudest(spectrum);
    if (!peak || peak.db < HEARD_DB || peak.db - peak.othersDb < ALONE_DB) {
      this.#tone = null;
      return false;
    }
    const tone = this.#tone;
    if (!tone || Math.abs(tone.bin - peak.bin) > 1 || (!tone.howled && peak.db < tone.highestDb - FALLS_DB)) {
      this.#tone = { bin: peak.bin, since: now, fromDb: peak.db, highestDb: peak.db, howled: false };
      return false;
    }
    tone.highestDb = Math.max(tone.highestDb, peak.db);
    tone.howled ||= now - tone.since >= WATCHED_MS && peak.db > LOUD_DB && peak.db - tone.fromDb >= GROWN_DB;
    if (!tone.howled || peak.db < LOUD_DB || now - this.#toldAt < AGAIN_MS)
      return false;
    this.#toldAt = now;
    return true;
  }
}

/** @param {Float32Array} spectrum */
function loudest(spectrum) {
  let bin = 0;
  spectrum.forEach((db, i) => { if (db > (spectrum[bin] ?? -Infinity)) bin = i; });
  let othersDb = -Infinity;
  spectrum.forEach((db, i) => { if (Math.abs(i - bin) > BESIDE && db > othersDb) othersDb = db; });
  const db = spectrum[bin];
  return db === undefined || !Number.isFinite(db) ? null : { bin, db, othersDb };
}
