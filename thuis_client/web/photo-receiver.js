// A photo of the board as it comes in over its channel: put together, checked, or refused. Knows no page and no socket.

/** @import * as M from '/gedeeld/messages' */

const MOST_BYTES = 1_500_000;
const MOST_SIDE = 4096;
const CHUNK_MOST = 16_384;
const STALL_MS = 15_000; // without a byte; the set itself gives up after a minute

/**
 * @typedef {Object} PhotoHandlers
 * @property {(share: number) => void} onProgress  0…1
 * @property {(photo: Blob, head: M.StillHead) => void} onPhoto
 * @property {(code: string) => void} onFail
 */

export class PhotoReceiver {
  /** @type {number|null} the photo that was asked for */
  #number = null;
  /** @type {M.StillHead|null} */
  #head = null;
  #bytes = new Uint8Array(0);
  #at = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {PhotoHandlers} handlers @param {number} [stallMs] */
  constructor(handlers, stallMs = STALL_MS) {
    this.handlers = handlers;
    this.stallMs = stallMs;
  }

  get busy() {
    return this.#number !== null;
  }

  /** A photo with this number was asked for; what else comes is passed over. @param {number} number */
  expect(number) {
    this.stop();
    this.#number = number;
    this.#watch();
  }

  /** Forget what has come so far. */
  stop() {
    clearTimeout(this.#timer);
    this.#number = this.#head = null;
    this.#bytes = new Uint8Array(0);
    this.#at = 0;
  }

  /** @param {unknown} data  what the channel brought: text, or a chunk */
  received(data) {
    if (this.#number === null)
      return;
    if (typeof data === 'string')
      this.#text(data);
    else if (data instanceof ArrayBuffer && this.#head)
      this.#chunk(this.#head, new Uint8Array(data));
  }

  /** @param {string} text */
  #text(text) {
    /** @type {any} */
    let message = null;
    try {
      message = JSON.parse(text);
    } catch {
      // No message: passed over like any other that is not for us.
    }
    if (message?.number !== this.#number)
      return; // of a photo that is no longer wanted
    if (message.type === 'still_refused')
      this.#fail(String(message.code));
    else if (message.type === 'still_head')
      this.#begin(message);
  }

  /** @param {M.StillHead} head */
  #begin(head) {
    const whole = (/** @type {unknown} */ value, /** @type {number} */ most) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
    if (this.#head || !whole(head.size, MOST_BYTES) || !whole(head.width, MOST_SIDE) || !whole(head.height, MOST_SIDE))
      return this.#fail('photo_broken');
    this.#head = head;
    this.#bytes = new Uint8Array(head.size);
    this.#watch();
  }

  /** @param {M.StillHead} head @param {Uint8Array} chunk */
  #chunk(head, chunk) {
    if (chunk.length === 0 || chunk.length > CHUNK_MOST || this.#at + chunk.length > head.size)
      return this.#fail('photo_broken');
    this.#bytes.set(chunk, this.#at);
    this.#at += chunk.length;
    this.#watch();
    this.handlers.onProgress(this.#at / head.size);
    if (this.#at === head.size)
      void this.#finish(head, this.#bytes);
  }

  /** @param {M.StillHead} head @param {Uint8Array<ArrayBuffer>} bytes */
  async #finish(head, bytes) {
    clearTimeout(this.#timer);
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    if (this.#head !== head)
      return; // stopped meanwhile
    const text = btoa(String.fromCharCode(...sum)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    if (text !== head.sha256)
      return this.#fail('photo_broken');
    this.stop();
    this.handlers.onPhoto(new Blob([bytes], { type: 'image/jpeg' }), head);
  }

  #watch() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail('photo_slow'), this.stallMs);
  }

  /** @param {string} code */
  #fail(code) {
    this.stop();
    this.handlers.onFail(code);
  }
}
