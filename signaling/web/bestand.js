// A file goes straight from one page to the other over a channel of its own, in memory only. One at a time each way; the
// line may go away in the middle and the file goes on where it was.
import { MOST_BYTES, MOST_CHUNK, plainName, readFrame } from '/gedeeld/bestand-regels.js';
import { kindOf } from '/gedeeld/bestand-soort.js';
import { Tempo } from '/gedeeld/bestand-tempo.js';

/** @import * as M from '/gedeeld/messages' */
/** @typedef {{number: number, name: string, kind: M.FileKind, size: number, sha256: string, bytes: Uint8Array<ArrayBuffer>}} Whole */
/** @typedef {'reading'|'offered'|'going'|'done'|'stopped'} Step */
/** @typedef {{name: string, size: number, at: number, step: Step, code: M.FileEnd|'busy'|'away'|''}} Outgoing */

const BUFFERED = 128 * 1024; // in the browser's own queue; more would only be late
const OFFER_AGAIN_MS = 2000;
const FORGOTTEN_MS = 3 * OFFER_AGAIN_MS; // who still has the rest of a file has offered it again by then
const KEPT = 3; // files that came, the newest first
const TOLD_MS = 200;

export class Files {
  /** @type {RTCDataChannel|null} */
  #channel = null;
  /** @type {Whole|null} */
  #sending = null;
  /** @type {(Whole & {at: number})|null} */
  #coming = null;
  #tempo = new Tempo();
  #sent = 0;
  /** @type {Map<number, number>} when the piece that ends at this byte left */
  #leftAt = new Map();
  #nextAt = 0; // not before this time
  #number = 0;
  #toldAt = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #again;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #later;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #forgotten;

  /**
   * @param {Object} handlers
   * @param {readonly M.FileKind[]} handlers.takes  kinds that this page can do something with
   * @param {readonly M.FileKind[]} handlers.gives  kinds that the other page can do something with
   * @param {() => void} handlers.onChange
   * @param {(file: Whole) => void} handlers.onFile  it is here, whole
   */
  constructor(handlers) {
    this.handlers = handlers;
    /** @type {Outgoing|null} */
    this.outgoing = null;
    /** @type {Whole[]} */
    this.kept = [];
  }

  /** @returns {{name: string, size: number, at: number}|null} */
  get incoming() {
    return this.#coming;
  }

  get isOpen() {
    return this.#channel?.readyState === 'open';
  }

  /** A line is there, and the other side is who it says. @param {RTCDataChannel} channel */
  attach(channel) {
    this.detach(); // a connection that we closed ourselves tells nothing
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = BUFFERED / 2;
    channel.onbufferedamountlow = () => this.#pump();
    channel.onclose = () => channel === this.#channel && this.detach();
    channel.onmessage = ({ data }) => void this.#received(data);
    channel.onopen = () => this.#opened();
    if (this.isOpen)
      this.#opened();
  }

  #opened() {
    this.#offer();
    if (this.#coming) // a page that was loaded anew has nothing left to send
      this.#forgotten = setTimeout(() => this.#dropComing(), FORGOTTEN_MS);
    this.#changed();
  }

  /** The line is gone; what was on its way waits. */
  detach() {
    this.#channel = null;
    clearTimeout(this.#forgotten);
    this.#leftAt.clear();
    this.#pauseOffers();
    if (this.outgoing?.step === 'going')
      this.outgoing.step = 'offered';
    this.#changed();
  }

  /** Send this file. @param {Blob} file @param {string} name */
  async share(file, name) {
    if (this.#sending || this.outgoing?.step === 'reading')
      return;
    const outgoing = { name: plainName(name), size: file.size, at: 0, step: /** @type {Step} */ ('reading'), code: /** @type {Outgoing['code']} */ ('') };
    this.outgoing = outgoing;
    this.#changed();
    if (file.size > MOST_BYTES)
      return this.#ended('too_large');
    const buffer = await file.arrayBuffer().catch(() => null);
    const bytes = new Uint8Array(buffer ?? new ArrayBuffer(0));
    const kind = kindOf(bytes);
    if (!kind || !this.handlers.gives.includes(kind))
      return this.outgoing === outgoing && this.#ended(buffer ? 'kind' : 'broken');
    const sha256 = await checksum(bytes);
    if (this.outgoing !== outgoing)
      return; // the lesson ended meanwhile
    // Numbers go on after a reload, or the other page would take it for an older file.
    this.#number = Math.max(this.#number + 1, Math.floor(Date.now() / 1000) % 2 ** 30);
    this.#sending = { number: this.#number, name: outgoing.name, kind, size: bytes.length, sha256, bytes };
    outgoing.step = 'offered';
    this.#tempo = new Tempo();
    this.#offer();
    this.#changed();
  }

  /** Stop what goes out. */
  cancel() {
    if (this.#sending)
      this.#say({ type: 'file_stop', number: this.#sending.number, code: 'cancelled' });
    if (this.outgoing && this.outgoing.step !== 'done')
      this.#ended('cancelled');
  }

  /** Stop what comes in. */
  refuse() {
    if (this.#coming)
      this.#stopComing('cancelled');
  }

  /** The words about the last file were read. */
  dismiss() {
    if (this.#sending)
      return;
    this.outgoing = null;
    this.#changed();
  }

  /** @param {number} number */
  forget(number) {
    this.kept = this.kept.filter((file) => file.number !== number);
    this.#changed();
  }

  /** The lesson is over: nothing of it stays. */
  end() {
    this.cancel();
    this.refuse();
    this.kept = [];
    this.outgoing = null;
    this.#changed();
  }

  // --- out ------------------------------------------------------------------------------------------

  #offer() {
    this.#pauseOffers();
    if (!this.#sending || !this.isOpen)
      return;
    const { number, name, kind, size, sha256 } = this.#sending;
    this.#say({ type: 'file_offer', number, name, kind, size, sha256 });
    this.#again = setTimeout(() => this.#offer(), OFFER_AGAIN_MS); // the other page may not listen yet
  }

  #pauseOffers() {
    clearTimeout(this.#again);
    clearTimeout(this.#later);
    this.#later = undefined;
  }

  /** @param {M.FileGo} go */
  #go({ at }) {
    if (!this.#sending || !this.outgoing || at > this.#sending.size || this.outgoing.step !== 'offered')
      return;
    this.#pauseOffers();
    this.outgoing.step = 'going';
    this.outgoing.at = this.#sent = at;
    this.#leftAt.clear();
    this.#tempo.stalled();
    this.#pump();
    this.#changed();
  }

  /** As many pieces as may be on their way now. */
  #pump() {
    const channel = this.#channel;
    const file = this.#sending;
    if (!file || this.outgoing?.step !== 'going' || channel?.readyState !== 'open')
      return;
    const now = performance.now();
    const tempo = this.#tempo;
    while (this.#sent < file.size && this.#sent - this.outgoing.at + tempo.piece <= tempo.window && channel.bufferedAmount < BUFFERED) {
      if (now < this.#nextAt) {
        this.#later ??= setTimeout(() => {
          this.#later = undefined;
          this.#pump();
        }, this.#nextAt - now);
        return;
      }
      const end = Math.min(file.size, this.#sent + tempo.piece);
      channel.send(file.bytes.subarray(this.#sent, end));
      this.#sent = end;
      this.#leftAt.set(end, performance.now());
      this.#nextAt = now + tempo.pauseMs;
    }
  }

  /** @param {M.FileGot} got */
  #got({ at, clock_ms }) {
    const file = this.#sending;
    const left = this.#leftAt.get(at);
    if (!file || !this.outgoing || (left === undefined && at !== file.size))
      return; // nothing that was sent ends there
    if (at === file.size && (this.#sent === file.size || this.outgoing.step === 'offered'))
      return this.#arrived();
    if (left === undefined)
      return;
    this.#tempo.arrived(at - this.outgoing.at, clock_ms - left, performance.now());
    for (const end of this.#leftAt.keys())
      if (end <= at)
        this.#leftAt.delete(end);
    this.outgoing.at = at;
    this.#pump();
    this.#changed(true);
  }

  #arrived() {
    if (this.outgoing)
      Object.assign(this.outgoing, { step: 'done', at: this.outgoing.size });
    this.#sending = null;
    this.#leftAt.clear();
    this.#pauseOffers();
    this.#changed();
  }

  /** @param {Outgoing['code']} code */
  #ended(code) {
    if (this.outgoing)
      Object.assign(this.outgoing, { step: 'stopped', code });
    this.#sending = null;
    this.#leftAt.clear();
    this.#pauseOffers();
    this.#changed();
  }

  // --- in -------------------------------------------------------------------------------------------

  /** @param {unknown} data */
  async #received(data) {
    if (data instanceof ArrayBuffer)
      return this.#piece(new Uint8Array(data));
    const frame = readFrame(data);
    switch (frame?.type) {
      case 'file_offer':
        return this.#offered(frame);
      case 'file_go':
        return frame.number === this.#sending?.number && this.#go(frame);
      case 'file_got':
        return frame.number === this.#sending?.number && this.#got(frame);
      case 'file_stop':
        if (frame.number === this.#sending?.number)
          this.#ended(frame.code);
        else if (frame.number === this.#coming?.number)
          this.#dropComing();
    }
  }

  /** @param {M.FileOffer} offer */
  #offered({ number, name, kind, size, sha256 }) {
    clearTimeout(this.#forgotten);
    const same = (/** @type {Whole} */ file) => file.number === number && file.sha256 === sha256 && file.size === size;
    if (this.kept.some(same)) // it was here, and only the last word got lost
      return this.#say({ type: 'file_got', number, at: size, clock_ms: performance.now() });
    if (!this.handlers.takes.includes(kind))
      return this.#say({ type: 'file_stop', number, code: 'kind' });
    if (!this.#coming || !same(this.#coming))
      this.#coming = { number, name, kind, size, sha256, bytes: new Uint8Array(size), at: 0 };
    this.#say({ type: 'file_go', number, at: this.#coming.at });
    this.#changed();
  }

  /** @param {Uint8Array<ArrayBuffer>} piece */
  async #piece(piece) {
    const file = this.#coming;
    if (!file)
      return; // of a file that was stopped
    if (piece.length === 0 || piece.length > MOST_CHUNK || file.at + piece.length > file.size)
      return this.#stopComing('broken');
    file.bytes.set(piece, file.at);
    file.at += piece.length;
    if (file.at < file.size) {
      this.#say({ type: 'file_got', number: file.number, at: file.at, clock_ms: performance.now() });
      return this.#changed(true);
    }
    // The last piece is only said to be here when the whole is what was promised.
    const sum = await checksum(file.bytes);
    if (this.#coming !== file)
      return;
    if (sum !== file.sha256 || kindOf(file.bytes) !== file.kind)
      return this.#stopComing(sum === file.sha256 ? 'kind' : 'broken');
    this.#coming = null;
    const { number, name, kind, size, sha256, bytes } = file;
    const whole = { number, name, kind, size, sha256, bytes };
    this.kept = [whole, ...this.kept].slice(0, KEPT);
    this.#say({ type: 'file_got', number, at: size, clock_ms: performance.now() });
    this.handlers.onFile(whole);
    this.#changed();
  }

  /** @param {M.FileEnd} code */
  #stopComing(code) {
    if (this.#coming)
      this.#say({ type: 'file_stop', number: this.#coming.number, code });
    this.#dropComing();
  }

  #dropComing() {
    this.#coming = null;
    this.#changed();
  }

  /** @param {M.FileFrame} frame */
  #say(frame) {
    if (this.#channel?.readyState === 'open')
      this.#channel.send(JSON.stringify(frame));
  }

  /** @param {boolean} [often]  a piece more or less: not worth a rendering each */
  #changed(often = false) {
    const now = performance.now();
    if (often && now - this.#toldAt < TOLD_MS)
      return;
    this.#toldAt = now;
    this.handlers.onChange();
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string>} SHA-256, hexadecimal */
async function checksum(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
