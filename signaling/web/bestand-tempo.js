// How fast a file may go, so that the lesson never notices: it takes what the line has left. After RFC 6817 (LEDBAT): as
// soon as pieces arrive later than the quickest did, somebody stands in the queue, and the file steps back first. Pure.

const TARGET_MS = 25; // of queue that the file may make; the class picture keeps its own below 60
const LEAST = 1024;
const PIECE = 4096; // at 2 Mbit/s a class picture waits 16 ms behind it
const MOST = 256 * 1024; // on its way at once: 20 Mbit/s over a line of 100 ms
const RECENT = 3; // one late piece is no queue: the best of the last few counts
const BASE_MS = 60_000; // another way through the network is another quickest time
const BASES = 3;
const PAUSE_MOST_MS = 3000;

export class Tempo {
  /** @type {number[]} */
  #recent = [];
  /** @type {{since: number, least: number}[]} */
  #bases = [];
  #slowStart = true;

  constructor() {
    this.window = 2 * LEAST; // bytes that may be on their way
    this.queueMs = 0;
  }

  /** How long to wait before the next piece, where even one piece on its way is too much. @returns {number} ms */
  get pauseMs() {
    const much = this.queueMs / TARGET_MS;
    return this.window <= LEAST && much > 1 ? Math.min(PAUSE_MOST_MS, much * this.queueMs) : 0;
  }

  /** How large the next piece may be: on a slow line even one of full size is a queue. @returns {number} bytes */
  get piece() {
    return Math.max(LEAST, Math.min(PIECE, Math.floor(this.window / 2)));
  }

  /**
   * A piece was received.
   * @param {number} bytes
   * @param {number} tookMs  from our clock when it left to their clock when it came: only differences count
   * @param {number} now  ms
   */
  arrived(bytes, tookMs, now) {
    this.#learn(tookMs, now);
    this.#recent = [...this.#recent, tookMs].slice(-RECENT);
    this.queueMs = Math.max(0, Math.min(...this.#recent) - this.#base);
    const off = Math.max(-1, (TARGET_MS - this.queueMs) / TARGET_MS);
    if (this.#slowStart && off > 0.5) {
      this.window += bytes;
    } else {
      this.#slowStart = false;
      this.window += (off * bytes * PIECE) / this.window;
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
