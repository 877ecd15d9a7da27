// A small map of the room: how far the camera can turn, where it looks now, and what was seen there. A press turns it there.
// The pictures on it are kept in memory for as long as the lesson lasts, and nowhere else.
import { need, show } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Whereabouts } from '/whereabouts.js' */
/** @typedef {{left: number, wide: number, top: number, high: number}} Extent */

const ASPECT = 9 / 16;
const WIDTH_PX = 360;
/** A set stands behind the class: most of what a head can reach is wall. The map is of this, until somebody looks beyond it. */
const FRONT = { pan: 80, low: -25, high: 30 };
const ASIDE_DEG = 12; // within it it looks straight ahead
const UP_DEG = 6;

export class Overview {
  #drawnFor = '';
  #beyond = false; // the camera looked past the front of the room

  /**
   * @param {Document} root
   * @param {HTMLVideoElement} video
   * @param {Whereabouts} where
   * @param {(pan: number, tilt: number) => void} onAim
   */
  constructor(root, video, where, onAim) {
    this.video = video;
    this.where = where;
    this.map = need(root, '#overview', HTMLElement);
    this.canvas = need(this.map, 'canvas', HTMLCanvasElement);
    this.field = need(this.map, '.field', HTMLElement);
    this.pen = this.canvas.getContext('2d');
    this.enabled = false;
    this.map.addEventListener('click', (event) => {
      const place = this.#directionAt(event.clientX, event.clientY);
      if (place && this.enabled)
        onAim(place.pan, place.tilt);
    });
  }

  /** @param {boolean} enabled  the camera may be turned now */
  render(enabled) {
    this.enabled = enabled;
    const { view, reach } = this.where;
    show(this.map, enabled && view !== null && reach !== null);
    if (!view || !reach) {
      this.#drawnFor = '';
      this.#beyond = false;
      return;
    }
    this.#beyond ||= Math.abs(view.pan_deg) > FRONT.pan || view.tilt_deg < FRONT.low || view.tilt_deg > FRONT.high;
    const all = this.#extent(reach);
    const name = JSON.stringify(all);
    if (this.#drawnFor !== name) {
      this.#drawnFor = name;
      this.canvas.width = WIDTH_PX; // which also empties it
      this.canvas.height = Math.round((WIDTH_PX * all.high) / all.wide);
    }
    const box = boxOf(view, all);
    const { style } = this.field;
    style.inlineSize = `${box.width * 100}%`;
    style.blockSize = `${box.height * 100}%`;
    style.left = `${box.left * 100}%`;
    style.top = `${box.top * 100}%`;
    const { key, times } = words(view);
    const label = t(key) + (times > 1 ? ` ${t('overview.zoom', { times })}` : '');
    if (this.map.getAttribute('aria-label') !== label)
      this.map.setAttribute('aria-label', label);
  }

  /** The camera stands still: what it sees belongs here. @param {M.View} view */
  see(view) {
    const { reach } = this.where;
    if (!reach || this.map.hidden || !this.video.videoWidth)
      return;
    const box = boxOf(view, this.#extent(reach));
    const { width, height } = this.canvas;
    this.pen?.drawImage(this.video, box.left * width, box.top * height, box.width * width, box.height * height);
  }

  /** What the map is of, in degrees: all that can come into the picture, or the front of it. @param {M.Reach} reach @returns {Extent} */
  #extent({ pan_min_deg, pan_max_deg, tilt_min_deg, tilt_max_deg, wide_deg }) {
    const most = this.#beyond ? { pan: Infinity, low: -Infinity, high: Infinity } : FRONT;
    const [left, right] = [Math.max(pan_min_deg, -most.pan), Math.min(pan_max_deg, most.pan)];
    const [low, high] = [Math.max(tilt_min_deg, most.low), Math.min(tilt_max_deg, most.high)];
    return { left: left - wide_deg / 2, wide: right - left + wide_deg, top: high + (wide_deg * ASPECT) / 2, high: high - low + wide_deg * ASPECT };
  }

  /** @param {number} clientX @param {number} clientY */
  #directionAt(clientX, clientY) {
    const { reach } = this.where;
    const around = this.canvas.getBoundingClientRect();
    if (!reach || !around.width)
      return null;
    const all = this.#extent(reach);
    const pan = all.left + ((clientX - around.left) / around.width) * all.wide;
    const tilt = all.top - ((clientY - around.top) / around.height) * all.high;
    const clamp = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) => Math.max(low, Math.min(high, value));
    return { pan: clamp(pan, reach.pan_min_deg, reach.pan_max_deg), tilt: clamp(tilt, reach.tilt_min_deg, reach.tilt_max_deg) };
  }
}

/** The picture on the map, in shares of it. @param {M.View} view @param {Extent} all */
function boxOf(view, all) {
  const width = view.fov_deg / all.wide;
  const height = (view.fov_deg * ASPECT) / all.high;
  return {
    width, height, left: (view.pan_deg - all.left) / all.wide - width / 2, top: (all.top - view.tilt_deg) / all.high - height / 2,
  };
}

/** Where it looks, for who does not see the map. @param {M.View} view */
function words({ pan_deg, tilt_deg, zoom }) {
  const aside = pan_deg < -ASIDE_DEG ? 'left' : pan_deg > ASIDE_DEG ? 'right' : 'ahead';
  const high = tilt_deg > UP_DEG ? '.up' : tilt_deg < -UP_DEG ? '.down' : '';
  return { key: `overview.${aside}${high}`, times: Math.round(zoom) };
}
