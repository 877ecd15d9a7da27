// What a voice asks of its line: to be sent on at once, and twice while packets are lost. Pure.

const FRAME_MS = 10; // browsers usually collect 20, and keep two of these at the other end
/** Of the packets; less is mended by what the codec sends along, more is heard as gaps. */
const MUCH_LOST = 0.02;
const WINDOW_MS = 2000; // 200 packets: of 0.5 % lost four in it are rare, of 5 % ten are usual
const QUIET_MS = 60_000; // what was lost is often lost again, and to be changing costs more than 33 kbit/s

/** @typedef {{received: number, lost: number}} Count  packets since the call began */

/**
 * The other side's description, by which this side sends its voice in short packets (RFC 8866: ptime), and twice over
 * (RFC 2198: red) where both know how. Not a word of it goes over the line: another order of codecs is this side's own affair.
 * @param {string} sdp  verified
 * @param {boolean} [twice]
 * @returns {string}
 */
export function atOnce(sdp, twice = false) {
  return sdp.split(/^(?=m=)/m).map((part) => {
    if (!part.startsWith('m=audio '))
      return part;
    const lines = part.split(/\r?\n/).filter((line) => line !== '' && !/^a=(max)?ptime:/.test(line));
    const red = twice && lines.map((line) => /^a=rtpmap:(\d+) red\/48000/.exec(line)?.[1]).find(Boolean);
    if (red)
      lines[0] = first(lines[0] ?? '', red);
    return [...lines, `a=ptime:${FRAME_MS}`, ''].join('\r\n');
  }).join('');
}

/** @param {string} line  m=audio port protocol payloads… @param {string} payload */
function first(line, payload) {
  const [kind, port, protocol, ...payloads] = line.split(' ');
  return [kind, port, protocol, payload, ...payloads.filter((one) => one !== payload)].join(' ');
}

/** Whether the voice is to be sent twice: from the first loss on that can be heard, until none was for a minute. */
export class Losses {
  twice = false;
  /** @type {(Count & {at: number})[]} */
  #counts = [];
  #lostAt = 0;

  /**
   * @param {Count|null} came  what arrived here: a line that loses one way mostly loses both ways, and this is known at once
   * @param {number} told  share that the other side lost, by its last report (RFC 3550, 6.4.1: up to 7 s old)
   * @param {number} now  ms
   * @returns {boolean} whether it changed
   */
  step(came, told, now) {
    if (came)
      this.#counts.push({ ...came, at: now });
    this.#counts = this.#counts.filter(({ at }) => now - at <= WINDOW_MS);
    if (Math.max(this.#share(), told) >= MUCH_LOST)
      this.#lostAt = now;
    const before = this.twice;
    this.twice = this.#lostAt > 0 && now - this.#lostAt < QUIET_MS;
    return this.twice !== before;
  }

  #share() {
    const [from, to] = [this.#counts[0], this.#counts.at(-1)];
    if (!from || !to || to.at === from.at)
      return 0;
    const lost = Math.max(0, to.lost - from.lost);
    const all = lost + to.received - from.received;
    return all > 0 ? lost / all : 0;
  }
}
