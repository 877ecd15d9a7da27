// Finds the person in a picture: a mask that is as sure as the network. What it is not sure of counts as the room.
import { Network } from '/network.js';

const SURE = 0.5;
const SOFT = 0.25; // from here up to sure the edge fades

export class Person {
  /** @param {string} address  of the network @returns {Promise<Person>} */
  static async load(address) {
    const reply = await fetch(address);
    if (!reply.ok)
      throw new Error('no network');
    return new Person(new Network(await reply.arrayBuffer()));
  }

  /** @param {Network} network  from a picture of three channels to one of one, of the same size */
  constructor(network) {
    const { input, output } = network;
    if (input.c !== 3 || output.c !== 1 || input.w !== output.w || input.h !== output.h)
      throw new Error('another kind of network');
    this.network = network;
    this.small = pen(input.w, input.h);
    this.made = pen(input.w, input.h);
    this.pixels = new ImageData(input.w, input.h);
  }

  /** @param {CanvasImageSource} picture @returns {OffscreenCanvas} opaque where the person is; throws when it can't tell */
  mask(picture) {
    const { input, output } = this.network;
    this.small.drawImage(picture, 0, 0, input.w, input.h);
    const { data } = this.small.getImageData(0, 0, input.w, input.h);
    for (let i = 0, j = 0; j < data.length; j += 4) {
      input.values[i++] = (data[j] ?? 0) / 255;
      input.values[i++] = (data[j + 1] ?? 0) / 255;
      input.values[i++] = (data[j + 2] ?? 0) / 255;
    }
    this.network.run();
    for (let i = 0; i < output.values.length; i++) {
      const value = output.values[i] ?? NaN;
      if (!(value >= 0 && value <= 1))
        throw new RangeError('no likelihood');
      this.pixels.data[4 * i + 3] = 255 * Math.min(1, Math.max(0, (value - SOFT) / (SURE - SOFT)));
    }
    this.made.putImageData(this.pixels, 0, 0);
    return this.made.canvas;
  }
}

/** @param {number} width @param {number} height */
function pen(width, height) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new Error('no canvas');
  return context;
}
