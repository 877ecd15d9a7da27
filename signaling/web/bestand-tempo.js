// How fast a file may go, so that the lesson never notices: it takes what the line has left. After RFC 6817 (LEDBAT): as
// soon as pieces arrive later than the quickest did, somebody stands in the queue, and the file steps back first. Pure.

const TARGET_MS = 25; // of queue that the file may make; the class picture keeps its own below 60
const LEAST = 4096;
const MOST = 256 * 1024; // on its way at once: 20 Mbit/s over a line of 100 ms
const RECENT = 4; // one late piece is no queue: the best of the last few counts
const BASE_MS = 60_000; // another way through the network is another quickest time
const BASES = 3;
const PATIENCE_MS = 2000; // nothing came back for so long: begin softly

export class Tempo {
  /** @type {number[]} */
  #recent = [];
  /** @type {{since: number, least: number}[]} */
  #bases = [];
  #slowStart = true;
  #heardAt = 0;

  constructor() {
    this.window = 2 * LEAST; // bytes that may be on their way
    this.queueMs = 0;
  }

  /** How long to wait before the next piece, where even one piece on its way is too much. @returns {number} ms */
  get pauseMs() {
    return this.window <= LEAST && this.queueMs > 2 * TARGET_MS ? Math.min(1000, 2 * this.queueMs) : 0;
  }

  /**
   * A piece was received.
   * @param {number} bytes
   * @param {number} tookMs  from our clock when it left to their clock when it came: only differences count
   * @param {number} now  ms
   */
  arrived(bytes, tookMs, now) {
    if (now - this.#heardAt > PATIENCE_MS && this.#heardAt > 0)
      this.stalled();
    this.#heardAt = now;
    this.#learn(tookMs, now);
    this.#recent = [...this.#recent, tookMs].slice(-RECENT);
    this.queueMs = Math.max(0, Math.min(...this.#recent) - this.#base);
    const off = Math.max(-1, (TARGET_MS - this.queueMs) / TARGET_MS);
    if (this.#slowStart && off > 0.5) {
      this.window += bytes;
    } else {
      this.#slowStart = false;
      this.window += (off * bytes * 2 * LEAST) / this.window;
    }
    this.window = Math.min(MOST, Math.max(LEAST, this.window));
  }

  /** The line was away. */
  stalled() {
    this.window = 2 * LEAST;
    this.#slowStart = true;
    this.#recent = [];
  }

  get #base() {
    return Math.min(...this.#bases.map(({ least }) => least));
  }

  /** @param {number} tookMs @param {number} now */
  #learn(tookMs, now) {
    const latest = this.#bases.at(-1);
    if (latest && now - latest.since < BASE_MS)
      latest.least = Math.min(latest.least, tookMs);
    else
      this.#bases = [...this.#bases, { since: now, least: tookMs }].slice(-BASES);
  }
}
