// Computes a small network of pictures (height, width, channels) in plain JavaScript: the dozen operators that a
// segmentation network of 33 million multiplications needs. Anything else is refused when it is made.
import { add, convolve, depthwise, grow, hardSwish, logistic, mean, pointwise, relu, resize, scale } from '/network-loops.js';
import { readNetwork } from '/tflite.js';

/** @import { Operator, Tensor } from '/tflite.js' */
/** @typedef {{h: number, w: number, c: number, values: Float32Array}} Plane */
/** @typedef {() => void} Work */

const CODE = { ADD: 0, CONV: 3, DEPTHWISE: 4, DEQUANTIZE: 6, LOGISTIC: 14, MUL: 18, RELU: 19, RESIZE: 23, CUSTOM: 32, MEAN: 40, HARD_SWISH: 117 };

export class Network {
  /** @type {Work[]} */
  #works = [];

  /** @param {ArrayBuffer} file  throws when it is not such a network */
  constructor(file) {
    const { tensors, operators, input, output } = readNetwork(file);
    /** @type {Plane[]} */
    const planes = tensors.map(plane);
    for (const { code, inputs, outputs, options } of operators) {
      const [x, second, third] = inputs.map((i) => at(planes, i));
      const y = at(planes, outputs[0] ?? -1);
      if (!x)
        throw new Error('an operator without input');
      if (code === CODE.DEQUANTIZE)
        y.values = x.values; // they were read as 32-bit floats already
      else
        this.#works.push(work(code, x, second, third, y, options));
    }
    this.input = at(planes, input);
    this.output = at(planes, output);
  }

  /** From `input.values` to `output.values`. */
  run() {
    for (const one of this.#works)
      one();
  }
}

/** @param {Plane[]} planes @param {number} index */
function at(planes, index) {
  const found = planes[index];
  if (!found)
    throw new RangeError('no such tensor');
  return found;
}

/** @param {Tensor} tensor @returns {Plane} */
function plane({ shape, values }) {
  const [n = 1, h = 1, w = 1, c = 1] = shape.length === 4 ? shape : [1, 1, 1, shape[0] ?? 1];
  if (n * h * w * c > 1_000_000 || Math.min(n, h, w, c) < 1)
    throw new RangeError('too large');
  return { h: n * h, w, c, values: values ?? new Float32Array(n * h * w * c) };
}

/** @param {number} code @param {Plane} x @param {Plane|undefined} b @param {Plane|undefined} c @param {Plane} y @param {Operator['options']} options @returns {Work} */
function work(code, x, b, c, y, options) {
  switch (code) {
    case CODE.RELU:
      return () => relu(x.values, y.values);
    case CODE.LOGISTIC:
      return () => logistic(x.values, y.values);
    case CODE.HARD_SWISH:
      return () => hardSwish(x.values, y.values);
    case CODE.MEAN:
      return () => mean(x, y);
    case CODE.RESIZE:
      return () => resize(x, y);
  }
  if (b && code === CODE.ADD)
    return () => add(x.values, b.values, y.values);
  if (b && code === CODE.MUL)
    return () => scale(x, b, y);
  if (!b || !c)
    throw new Error('unknown operator');
  if (code === CODE.CUSTOM) // the only one: twice as large, two by two
    return () => grow(x, b.values, c.values, y);
  const stride = options?.int(1) ?? 1;
  const pad = (/** @type {number} */ size, /** @type {number} */ made, /** @type {number} */ kernel) =>
    Math.max(0, Math.floor(((made - 1) * stride + kernel - size) / 2));
  if (code === CODE.CONV && b.w === 1 && stride === 1)
    return () => pointwise(x, b.values, c.values, y);
  const kernel = b.w;
  const [top, left] = [pad(x.h, y.h, kernel), pad(x.w, y.w, kernel)];
  if (code === CODE.DEPTHWISE)
    return () => depthwise(x, b.values, c.values, y, kernel, stride, top, left);
  if (code === CODE.CONV)
    return () => convolve(x, b.values, c.values, y, kernel, stride, top, left);
  throw new Error('unknown operator');
}
