// How loud a received track is, from the browser's own count of its energy: no sound has to be decoded twice for it.

const SILENT_DB = -120;

export class Loudness {
  /** @type {RTCRtpReceiver|null} */
  #of = null;
  #energy = 0;
  #seconds = 0;

  /**
   * Mean level since the call before, dBFS (a full sine is -3), or null when nothing was played since.
   * @param {RTCRtpReceiver|null} receiver
   * @returns {Promise<number|null>}
   */
  async since(receiver) {
    const before = { of: this.#of, energy: this.#energy, seconds: this.#seconds };
    this.#of = receiver;
    for (const report of (await receiver?.getStats())?.values() ?? []) {
      if (report.type !== 'inbound-rtp' || report.kind !== 'audio')
        continue;
      this.#energy = report.totalAudioEnergy ?? 0;
      this.#seconds = report.totalSamplesDuration ?? 0;
      const seconds = this.#seconds - before.seconds;
      if (before.of !== receiver || seconds <= 0)
        return null;
      return decibels((this.#energy - before.energy) / seconds);
    }
    return null;
  }
}

/** @param {number} power  1 is a full square wave */
function decibels(power) {
  return power > 0 ? Math.min(0, Math.max(SILENT_DB, 10 * Math.log10(power))) : SILENT_DB;
}

/** Soft, good or nothing, as people say it. @param {number} db @returns {'good'|'soft'|'silent'} */
export function heardAs(db) {
  return db < -60 ? 'silent' : db < -40 ? 'soft' : 'good';
}
