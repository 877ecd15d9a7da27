// @ts-nocheck the type checker would have every element of an array tested for being there, millions of times a picture.
// The inner loops of network.js. Sizes were fixed when the network was made; nothing here allocates.

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
      const [a, b, d, e] = [(top * x.w + left) * c, (top * x.w + next) * c, (below * x.w + left) * c, (below * x.w + next) * c];
      const [wa, wb, wd, we] = [(1 - fv) * (1 - fu), (1 - fv) * fu, fv * (1 - fu), fv * fu];
      const out = (row * y.w + column) * c;
      for (let i = 0; i < c; i++)
        to[out + i] = wa * from[a + i] + wb * from[b + i] + wd * from[d + i] + we * from[e + i];
    }
  }
}

/** One by one: four outputs share each reading of an input. */
export function pointwise(x, weights, bias, y) {
  const c = x.c;
  const o = y.c;
  const [from, to] = [x.values, y.values];
  const pixels = y.h * y.w;
  for (let p = 0; p < pixels; p++) {
    const base = p * c;
    const out = p * o;
    let k = 0;
    for (; k + 3 < o; k += 4) {
      const w0 = k * c;
      const w1 = w0 + c;
      const w2 = w1 + c;
      const w3 = w2 + c;
      let s0 = bias[k];
      let s1 = bias[k + 1];
      let s2 = bias[k + 2];
      let s3 = bias[k + 3];
      for (let i = 0; i < c; i++) {
        const v = from[base + i];
        s0 += v * weights[w0 + i];
        s1 += v * weights[w1 + i];
        s2 += v * weights[w2 + i];
        s3 += v * weights[w3 + i];
      }
      to[out + k] = s0;
      to[out + k + 1] = s1;
      to[out + k + 2] = s2;
      to[out + k + 3] = s3;
    }
    for (; k < o; k++) {
      let sum = bias[k];
      for (let i = 0; i < c; i++)
        sum += from[base + i] * weights[k * c + i];
      to[out + k] = sum;
    }
  }
}

export function depthwise(x, weights, bias, y, kernel, stride, top, left) {
  const { c } = x;
  const [from, to] = [x.values, y.values];
  for (let row = 0; row < y.h; row++) {
    for (let column = 0; column < y.w; column++) {
      const out = (row * y.w + column) * c;
      for (let i = 0; i < c; i++)
        to[out + i] = bias[i];
      for (let ky = 0; ky < kernel; ky++) {
        const v = row * stride + ky - top;
        if (v < 0 || v >= x.h)
          continue;
        for (let kx = 0; kx < kernel; kx++) {
          const u = column * stride + kx - left;
          if (u < 0 || u >= x.w)
            continue;
          const base = (v * x.w + u) * c;
          const w = (ky * kernel + kx) * c;
          for (let i = 0; i < c; i++)
            to[out + i] += from[base + i] * weights[w + i];
        }
      }
    }
  }
}

export function convolve(x, weights, bias, y, kernel, stride, top, left) {
  const c = x.c;
  const o = y.c;
  const [from, to] = [x.values, y.values];
  const size = kernel * kernel * c;
  for (let row = 0; row < y.h; row++) {
    for (let column = 0; column < y.w; column++) {
      const out = (row * y.w + column) * o;
      for (let k = 0; k < o; k++)
        to[out + k] = bias[k];
      for (let ky = 0; ky < kernel; ky++) {
        const v = row * stride + ky - top;
        if (v < 0 || v >= x.h)
          continue;
        for (let kx = 0; kx < kernel; kx++) {
          const u = column * stride + kx - left;
          if (u < 0 || u >= x.w)
            continue;
          const base = (v * x.w + u) * c;
          const w = (ky * kernel + kx) * c;
          for (let k = 0; k < o; k++)
            for (let i = 0; i < c; i++)
              to[out + k] += from[base + i] * weights[k * size + w + i];
        }
      }
    }
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
