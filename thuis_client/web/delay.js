// The honest delay: from the moment a picture was taken in class to the moment it is shown here.
// The two clocks are compared by the round trip of the heartbeats (as NTP does, RFC 5905).

const KEEP = 20; // five seconds of heartbeats: the quickest of them tells the offset best
const RTP_PER_MS = 90;

export class Delay {
  constructor() {
    /** @type {{rtt: number, offset: number}[]} */
    this.trips = [];
    /** @type {{rtp: number, captureMs: number}|null} */
    this.mark = null;
    /** @type {number[]} */
    this.recent = [];
  }

  /**
   * @param {{clock_ms: number, rtp: number, capture_ms: number}} pulse  from the set
   * @param {number} sentAt  when the beat it answers left (ms, this page's clock)
   * @param {number} now
   */
  pulse(pulse, sentAt, now) {
    const rtt = now - sentAt;
    this.trips.push({ rtt, offset: pulse.clock_ms - (sentAt + now) / 2 });
    if (this.trips.length > KEEP)
      this.trips.shift();
    if (pulse.capture_ms > 0)
      this.mark = { rtp: pulse.rtp, captureMs: pulse.capture_ms };
  }

  /**
   * @param {number} rtpTimestamp  of the picture on show
   * @param {number} shownAt  when it is on the glass (ms, this page's clock)
   */
  shown(rtpTimestamp, shownAt) {
    const best = this.best();
    if (!best || !this.mark)
      return;
    // The 32-bit RTP clock wraps every 13 hours: take the nearest way round.
    const behind = ((rtpTimestamp - this.mark.rtp) | 0) / RTP_PER_MS;
    const delay = shownAt + best.offset - (this.mark.captureMs + behind);
    if (delay > -50 && delay < 60_000)
      this.recent.push(Math.max(0, delay));
    if (this.recent.length > 30)
      this.recent.shift();
  }

  /** @returns {number|null} median of the last second, ms */
  get ms() {
    if (this.recent.length === 0)
      return null;
    const sorted = [...this.recent].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? null;
  }

  /** @returns {number|null} quickest round trip of late, ms */
  get rttMs() {
    return this.best()?.rtt ?? null;
  }

  /** @private */
  best() {
    return [...this.trips].sort((a, b) => a.rtt - b.rtt)[0] ?? null;
  }
}

/**
 * How good the line is, in one word.
 * @param {{fps: number|null, lostPct: number, delayMs: number|null}} seen  fps null where few are meant
 * @returns {'good'|'fair'|'poor'|'unknown'}
 */
export function quality({ fps, lostPct, delayMs }) {
  if (delayMs === null)
    return 'unknown';
  const rate = fps ?? Infinity;
  if (rate < 10 || lostPct > 10 || delayMs > 700)
    return 'poor';
  return rate < 20 || lostPct > 3 || delayMs > 300 ? 'fair' : 'good';
}
