// @ts-nocheck the type checker would have every element of an array tested for being there, millions of times a picture.
// The inner loops of network.js. Sizes were fixed when the network was made; they hardly allocate.

export function relu(x, y) {
  for (let i = 0; i < y.length; i++)
    y[i] = x[i] > 0 ? x[i] : 0;
}

export function logistic(x, y) {
  for (let i = 0; i < y.length; i++)
    y[i] = 1 / (1 + Math.exp(-x[i]));
}

export function hardSwish(x, y) {
  for (let i = 0; i < y.length; i++) {
    const v = x[i];
    y[i] = v <= -3 ? 0 : v >= 3 ? v : (v * (v + 3)) / 6;
  }
}

export function add(a, b, y) {
  for (let i = 0; i < y.length; i++)
    y[i] = a[i] + b[i];
}

/** Each channel of `a` by its own factor in `b`. */
export function scale(a, b, y) {
  const { c } = y;
  const [from, factor, to] = [a.values, b.values, y.values];
  for (let p = 0; p < to.length; p += c)
    for (let i = 0; i < c; i++)
      to[p + i] = from[p + i] * factor[i];
}

/** Over the whole picture, channel by channel. */
export function mean(x, y) {
  const { c } = x;
  const [from, to] = [x.values, y.values];
  to.fill(0);
  for (let p = 0; p < from.length; p += c)
    for (let i = 0; i < c; i++)
      to[i] += from[p + i];
  const share = c / from.length;
  for (let i = 0; i < c; i++)
    to[i] *= share;
}

/** Bilinear, between the middles of the pixels. */
export function resize(x, y) {
  const { c } = x;
  const [from, to] = [x.values, y.values];
  const [down, right] = [x.h / y.h, x.w / y.w];
  for (let row = 0; row < y.h; row++) {
    const v = Math.max(0, (row + 0.5) * down - 0.5);
    const top = Math.floor(v);
    const below = Math.min(top + 1, x.h - 1);
    const fv = v - top;
    for (let column = 0; column < y.w; column++) {
      const u = Math.max(0, (column + 0.5) * right - 0.5);
      const left = Math.floor(u);
      const next = Math.min(left + 1, x.w - 1);
      const fu = u - left;
      const a = (top * x.w + left) * c;
      const b = (top * x.w + next) * c;
      const d = (below * x.w + left) * c;
      const e = (below * x.w + next) * c;
      const wa = (1 - fv) * (1 - fu);
      const wb = (1 - fv) * fu;
      const wd = fv * (1 - fu);
      const we = fv * fu;
      const out = (row * y.w + column) * c;
      for (let i = 0; i < c; i++)
        to[out + i] = wa * from[a + i] + wb * from[b + i] + wd * from[d + i] + we * from[e + i];
    }
  }
}

/** One by one: two pixels and four outputs share each reading of inputs and weights. */
export function pointwise(x, weights, bias, y) {
  multiply(x.values, x.h * x.w, x.c, weights, bias, y.c, y.values);
}

function multiply(from, pixels, c, weights, bias, o, to) {
  const even = pixels - (pixels % 2);
  const whole = o - (o % 4);
  for (let p = 0; p < even; p += 2) {
    const a = p * c;
    const b = a + c;
    const out = p * o;
    for (let k = 0; k < whole; k += 4) {
      const w0 = k * c;
      const w1 = w0 + c;
      const w2 = w1 + c;
      const w3 = w2 + c;
      let s0 = bias[k];
      let s1 = bias[k + 1];
      let s2 = bias[k + 2];
      let s3 = bias[k + 3];
      let t0 = s0;
      let t1 = s1;
      let t2 = s2;
      let t3 = s3;
      for (let i = 0; i < c; i++) {
        const u = from[a + i];
        const v = from[b + i];
        const x0 = weights[w0 + i];
        const x1 = weights[w1 + i];
        const x2 = weights[w2 + i];
        const x3 = weights[w3 + i];
        s0 += u * x0;
        s1 += u * x1;
        s2 += u * x2;
        s3 += u * x3;
        t0 += v * x0;
        t1 += v * x1;
        t2 += v * x2;
        t3 += v * x3;
      }
      to[out + k] = s0;
      to[out + k + 1] = s1;
      to[out + k + 2] = s2;
      to[out + k + 3] = s3;
      to[out + o + k] = t0;
      to[out + o + k + 1] = t1;
      to[out + o + k + 2] = t2;
      to[out + o + k + 3] = t3;
    }
  }
  for (let p = 0; p < pixels; p++)
    for (let k = p < even ? whole : 0; k < o; k++) {
      let sum = bias[k];
      for (let i = 0; i < c; i++)
        sum += from[p * c + i] * weights[k * c + i];
      to[p * o + k] = sum;
    }
}

/** Each channel by itself. */
export function depthwise(x, weights, bias, y, kernel, stride, top, left) {
  const { c } = x;
  const [from, to] = [x.values, y.values];
  const line = x.w * c;
  for (let row = 0; row < y.h; row++) {
    const v = row * stride - top;
    for (let column = 0; column < y.w; column++) {
      const u = column * stride - left;
      const out = (row * y.w + column) * c;
      if (kernel === 3 && v >= 0 && v + 3 <= x.h && u >= 0 && u + 3 <= x.w)
        three(from, (v * x.w + u) * c, line, c, weights, bias, to, out);
      else
        edge(x, v, u, kernel, weights, bias, to, out);
    }
  }
}

function three(from, base, line, c, w, bias, to, out) {
  for (let i = 0; i < c; i++) {
    const a = base + i;
    const b = a + line;
    const d = b + line;
    to[out + i] = bias[i] + from[a] * w[i] + from[a + c] * w[c + i] + from[a + 2 * c] * w[2 * c + i]
      + from[b] * w[3 * c + i] + from[b + c] * w[4 * c + i] + from[b + 2 * c] * w[5 * c + i]
      + from[d] * w[6 * c + i] + from[d + c] * w[7 * c + i] + from[d + 2 * c] * w[8 * c + i];
  }
}

function edge(x, v, u, kernel, weights, bias, to, out) {
  const { c, w: width, h: height, values } = x;
  const first = Math.max(0, -v);
  const last = Math.min(kernel, height - v);
  const start = Math.max(0, -u);
  const end = Math.min(kernel, width - u);
  for (let i = 0; i < c; i++) {
    let sum = bias[i];
    for (let ky = first; ky < last; ky++) {
      const base = ((v + ky) * width + u) * c + i;
      const w = ky * kernel * c + i;
      for (let kx = start; kx < end; kx++)
        sum += values[base + kx * c] * weights[w + kx * c];
    }
    to[out + i] = sum;
  }
}

/** All channels together: each place is laid out as a row, and then it is one by one. */
export function convolve(x, weights, bias, y, kernel, stride, top, left) {
  const { c, values } = x;
  const size = kernel * kernel * c;
  const rows = new Float32Array(y.w * size);
  for (let row = 0; row < y.h; row++) {
    rows.fill(0);
    for (let ky = 0; ky < kernel; ky++) {
      const v = row * stride + ky - top;
      if (v < 0 || v >= x.h)
        continue;
      for (let column = 0; column < y.w; column++) {
        const u = column * stride - left;
        const start = Math.max(0, -u);
        const end = Math.min(kernel, x.w - u);
        const to = column * size + ky * kernel * c;
        for (let i = start * c; i < end * c; i++)
          rows[to + i] = values[(v * x.w + u) * c + i];
      }
    }
    multiply(rows, y.w, size, weights, bias, y.c, y.values.subarray(row * y.w * y.c));
  }
}

/** Twice as high and wide, one channel: each pixel becomes two by two. */
export function grow(x, weights, bias, y) {
  const { c } = x;
  const [from, to] = [x.values, y.values];
  for (let row = 0; row < x.h; row++) {
    for (let column = 0; column < x.w; column++) {
      const base = (row * x.w + column) * c;
      for (let k = 0; k < 4; k++) {
        let sum = bias[0];
        for (let i = 0; i < c; i++)
          sum += from[base + i] * weights[k * c + i];
        to[(2 * row + (k >> 1)) * y.w + 2 * column + (k & 1)] = sum;
      }
    }
  }
}
