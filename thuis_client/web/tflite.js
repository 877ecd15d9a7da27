// Reads a network in the TensorFlow Lite format (a FlatBuffer): tensors, constants and the operators in their order. Reading
// beyond the file throws.

const HALF = 1; // 16-bit floats
const MAX_VALUES = 4_000_000;

/** @typedef {{shape: number[], values: Float32Array|null}} Tensor  values of constants; the others are computed */
/** @typedef {{code: number, inputs: number[], outputs: number[], options: Table|null}} Operator */
/** @typedef {{tensors: Tensor[], input: number, output: number, operators: Operator[]}} Network */

class Table {
  /** @param {DataView} view @param {number} at */
  constructor(view, at) {
    this.view = view;
    this.at = at;
    this.fields = at - view.getInt32(at, true);
  }

  /** Where a field is, 0 when it was left out. @param {number} id */
  place(id) {
    const entry = 4 + 2 * id;
    if (entry >= this.view.getUint16(this.fields, true))
      return 0;
    const offset = this.view.getUint16(this.fields + entry, true);
    return offset ? this.at + offset : 0;
  }

  /** @param {number} id */
  byte(id) {
    const at = this.place(id);
    return at ? this.view.getUint8(at) : 0;
  }

  /** @param {number} id */
  int(id) {
    const at = this.place(id);
    return at ? this.view.getInt32(at, true) : 0;
  }

  /** @param {number} id @returns {Table|null} */
  table(id) {
    const at = this.place(id);
    return at ? new Table(this.view, at + this.view.getUint32(at, true)) : null;
  }

  /** Where a vector's items are, and how many. @param {number} id @returns {[number, number]} */
  vector(id) {
    const at = this.place(id);
    if (!at)
      return [0, 0];
    const start = at + this.view.getUint32(at, true);
    return [start + 4, this.view.getUint32(start, true)];
  }

  /** @param {number} id */
  ints(id) {
    const [at, count] = this.vector(id);
    return Array.from({ length: Math.min(count, 64) }, (_, i) => this.view.getInt32(at + 4 * i, true));
  }

  /** @param {number} id */
  tables(id) {
    const [at, count] = this.vector(id);
    return Array.from({ length: Math.min(count, 4096) }, (_, i) => {
      const place = at + 4 * i;
      return new Table(this.view, place + this.view.getUint32(place, true));
    });
  }
}

/** @param {ArrayBuffer} file @returns {Network} */
export function readNetwork(file) {
  const view = new DataView(file);
  const model = new Table(view, view.getUint32(0, true));
  const codes = model.tables(1).map((code) => Math.max(code.byte(0), code.int(3)));
  const buffers = model.tables(4);
  const graph = model.tables(2)[0];
  if (!graph)
    throw new Error('no network in it');
  const tensors = graph.tables(0).map((tensor) => ({ shape: tensor.ints(0), values: constant(view, tensor, buffers[tensor.int(2)]) }));
  const operators = graph.tables(3).map((one) => ({
    code: codes[one.int(0)] ?? -1, inputs: one.ints(1), outputs: one.ints(2), options: one.table(4),
  }));
  return { tensors, operators, input: graph.ints(1)[0] ?? 0, output: graph.ints(2)[0] ?? 0 };
}

/** @param {DataView} view @param {Table} tensor @param {Table|undefined} buffer */
function constant(view, tensor, buffer) {
  const [at, bytes] = buffer?.vector(0) ?? [0, 0];
  const type = tensor.byte(1);
  const size = type === HALF ? 2 : 4;
  const count = Math.floor(bytes / size);
  if (!count || type > HALF)
    return null;
  if (count > MAX_VALUES)
    throw new RangeError('too large');
  const read = type === HALF ? (/** @type {number} */ i) => half(view.getUint16(at + 2 * i, true)) : (/** @type {number} */ i) => view.getFloat32(at + 4 * i, true);
  return Float32Array.from({ length: count }, (_, i) => read(i));
}

/** @param {number} bits  IEEE 754 binary16 */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0)
    return sign * fraction * 2 ** -24;
  return exponent === 31 ? (fraction ? NaN : sign * Infinity) : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
