// Makes the picture that leaves: the person sharp, the room blurred or drawn. Runs beside the page, picture by picture: a
// picture never waits for the mask of another. Where the person can't be found, all of it is blurred.
import { Person } from '/person.js';
import { drawRoom } from '/drawn-room.js';

/** @import { Found, Wanted } from '/own-picture.js' */

const WIDTH = 640;
const EVERY_MS = 66; // fifteen a second at most
const REST = 1; // of the time a picture took: half of one processor at most
const TELL_MS = 1000;
const BLUR = { width: 20, height: 12 }; // a face is two or three of these wide
const OVAL = { x: 0.5, y: 0.45, wide: 0.17, high: 0.32, shoulders: 0.36 };

/** @type {Wanted|null} */
let wanted = null;
/** @type {Person|null} */
let person = null;
let asked = false; // for the network: once is enough
let without = false; // it can't be had: the oval

/** @param {MessageEvent<{wanted: Wanted, readable?: ReadableStream<VideoFrame>, writable?: WritableStream<VideoFrame>}>} event */
onmessage = ({ data }) => {
  wanted = data.wanted;
  if (wanted.step === 'blur' && wanted.model && !asked) {
    asked = true;
    void Person.load('/model/person.tflite').then((found) => (person = found), () => (without = true));
  }
  if (data.readable && data.writable)
    void run(data.readable.getReader(), data.writable.getWriter());
};

/**
 * @param {ReadableStreamDefaultReader<VideoFrame>} reader
 * @param {WritableStreamDefaultWriter<VideoFrame>} writer
 */
async function run(reader, writer) {
  let due = 0;
  let toldAt = -Infinity;
  let told = '';
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done)
      return;
    const began = performance.now();
    if (began < due) {
      frame.close();
      continue;
    }
    const { picture, found } = painter.paint(frame);
    frame.close();
    await writer.write(picture);
    const now = performance.now();
    due = began + Math.max(EVERY_MS, (now - began) * (1 + REST));
    if (now - toldAt > TELL_MS || found !== told) {
      toldAt = now;
      told = found;
      postMessage({ found });
    }
  }
}

class Painter {
  #made = pen();
  #front = pen();
  #small = pen(BLUR.width, BLUR.height);
  #oval = pen();
  /** @type {OffscreenCanvas|null} */
  #room = null;

  /**
   * The frame is still the caller's to close.
   * @param {VideoFrame} frame
   * @returns {{picture: VideoFrame, found: Found}}
   */
  paint(frame) {
    const width = Math.min(WIDTH, frame.displayWidth);
    const height = Math.round((width * frame.displayHeight) / frame.displayWidth);
    this.#fit(width, height);
    /** @type {Found} */
    let found = 'hidden';
    try {
      found = this.#front_of(frame, width, height);
    } catch {
      this.#front.clearRect(0, 0, width, height);
    }
    const { on } = wanted?.shield ?? { on: true };
    if (on)
      this.#made.drawImage(this.#drawn(width, height), 0, 0);
    if (!on || found === 'hidden')
      this.#blurred(frame, width, height, on);
    if (found !== 'hidden')
      this.#made.drawImage(this.#front.canvas, 0, 0);
    return { picture: new VideoFrame(this.#made.canvas, { timestamp: frame.timestamp, alpha: 'discard' }), found };
  }

  /** @param {number} width @param {number} height */
  #fit(width, height) {
    const { canvas } = this.#made;
    if (canvas.width === width && canvas.height === height)
      return;
    for (const { canvas: one } of [this.#made, this.#front, this.#oval])
      Object.assign(one, { width, height });
    this.#room = null;
    drawOval(this.#oval, width, height);
  }

  /** What may be seen sharp, on `#front`. @param {VideoFrame} frame @param {number} width @param {number} height @returns {Found} */
  #front_of(frame, width, height) {
    if (!wanted)
      return 'hidden';
    const front = this.#front;
    front.globalCompositeOperation = 'copy';
    front.drawImage(frame, 0, 0, width, height);
    front.globalCompositeOperation = 'destination-in';
    /** @type {Found} */
    let found = '';
    if (wanted.step !== 'picture') {
      const byNet = wanted.model && !without;
      const mask = byNet ? person?.mask(frame) : this.#oval.canvas;
      if (!mask)
        return 'hidden'; // it is on its way, or it failed
      front.drawImage(mask, 0, 0, width, height);
      found = byNet ? 'net' : 'oval';
    }
    if (wanted.shield.on)
      drawRegion(front, wanted.shield, width, height);
    return found;
  }

  /** @param {VideoFrame} frame @param {number} width @param {number} height @param {boolean} shielded */
  #blurred(frame, width, height, shielded) {
    this.#small.drawImage(frame, 0, 0, BLUR.width, BLUR.height);
    const made = this.#made;
    made.save();
    if (shielded && wanted) {
      made.beginPath();
      made.rect(...edges(wanted.shield, width, height));
      made.clip();
    }
    made.drawImage(this.#small.canvas, 0, 0, width, height);
    made.restore();
  }

  /** @param {number} width @param {number} height */
  #drawn(width, height) {
    this.#room ??= drawRoom(width, height);
    return this.#room;
  }
}

/** Head and shoulders of somebody who sits in the middle. @param {OffscreenCanvasRenderingContext2D} to @param {number} width @param {number} height */
function drawOval(to, width, height) {
  to.filter = `blur(${Math.round(width / 60)}px)`;
  to.beginPath();
  to.ellipse(OVAL.x * width, OVAL.y * height, OVAL.wide * width, OVAL.high * height, 0, 0, 2 * Math.PI);
  to.ellipse(OVAL.x * width, 1.08 * height, OVAL.shoulders * width, 0.42 * height, 0, 0, 2 * Math.PI);
  to.fill();
}

/** @param {OffscreenCanvasRenderingContext2D} to @param {Wanted['shield']} shield @param {number} width @param {number} height */
function drawRegion(to, shield, width, height) {
  const [x, y, w, h] = edges(shield, width, height);
  if (w === 0 || h === 0)
    return to.clearRect(0, 0, width, height); // filling nothing would leave everything
  to.beginPath();
  to.roundRect(x, y, w, h + 40, 40);
  to.fill();
}

/** @param {Wanted['shield']} shield @param {number} width @param {number} height @returns {[number, number, number, number]} */
function edges({ left, right, top }, width, height) {
  return [left * width, top * height, Math.max(0, right - left) * width, (1 - top) * height];
}

/** @param {number} [width] @param {number} [height] */
function pen(width = 1, height = 1) {
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context)
    throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  return context;
}

const painter = new Painter();
