// What the page sees of the line to the set: beats and their answers, pictures, losses, the honest delay.
import { Delay, quality } from '/delay.js';

/** @import * as M from '/gedeeld/messages' */

const UNANSWERED = 40; // ten seconds of beats: none of them will be answered any more

export class LineWatch {
  /** @type {Map<number, number>} when each beat left */
  #beats = new Map();
  #delay = new Delay();
  #frames = 0; // since the last measurement
  /** @type {{lost: number, received: number}|null} */
  #packets = null;

  constructor() {
    this.fps = 0;
    this.lostPct = 0;
    this.pulseAt = 0; // when the set answered last
    this.frameAt = 0; // when a picture was on the glass last
    this.beatAt = 0;
  }

  /** A beat leaves. @param {number} seq @param {number} now */
  beaten(seq, now) {
    this.beatAt = now;
    this.#beats.set(seq, now);
    if (this.#beats.size > UNANSWERED)
      this.#beats.clear();
  }

  /** @param {M.Pulse} pulse @param {number} now */
  answered(pulse, now) {
    this.pulseAt = now;
    const sentAt = this.#beats.get(pulse.seq);
    this.#beats.delete(pulse.seq);
    if (sentAt !== undefined)
      this.#delay.pulse(pulse, sentAt, now);
  }

  /** @param {number} rtpTimestamp @param {number} shownAt */
  pictureShown(rtpTimestamp, shownAt) {
    this.#frames += 1;
    this.frameAt = performance.now();
    this.#delay.shown(rtpTimestamp, shownAt);
  }

  /** The line fell silent: what was known of its delay is worth nothing. */
  forget() {
    this.#delay = new Delay();
  }

  /** Ends the second over which pictures are counted. */
  count() {
    this.fps = this.#frames;
    this.#frames = 0;
  }

  /** @param {RTCRtpReceiver} receiver */
  async losses(receiver) {
    for (const report of (await receiver.getStats()).values()) {
      if (report.type !== 'inbound-rtp')
        continue;
      const lost = report.packetsLost - (this.#packets?.lost ?? 0);
      const received = report.packetsReceived - (this.#packets?.received ?? 0);
      this.lostPct = lost > 0 && received > 0 ? Math.min(100, (100 * lost) / (lost + received)) : 0;
      this.#packets = { lost: report.packetsLost, received: report.packetsReceived };
    }
  }

  /** @param {boolean} full  pictures come at the full rate, so that their number says something */
  figures(full) {
    const delayMs = this.#delay.ms;
    const link = quality({ fps: full ? this.fps : null, lostPct: this.lostPct, delayMs });
    return { delayMs: delayMs === null ? null : Math.round(delayMs / 50) * 50, link };
  }
}
