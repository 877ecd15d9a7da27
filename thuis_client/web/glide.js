// Movement that is felt at once: the picture is shifted and scaled here until the camera has followed. Only ever by a little:
// what lies beyond its edge nobody has seen yet.
import { directionOf, pointOf } from '/aim.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Motion } from '/steering.js' */
/** @typedef {{x: number, y: number, zoom: number}} Lead  of the picture's width and height, and doublings */
/** @typedef {{pan: number, tilt: number, zoom: number|null}} Target  degrees and magnification; null leaves the lens */

const WIDTH_S = 1.6; // in which full deflection turns the camera by a picture's width (klasgenoot/steering.py)
const DOUBLINGS_S = 0.9; // of a lens at full speed, about
const BEHIND_S = { least: 0.12, most: 0.3 }; // command, head and picture on their way
const MOST = 0.12; // of the picture
const MOST_DOUBLINGS = 0.3;
const EASE_MS = 40; // there in four pictures: each that is shifted has to be drawn by the page anew
const DONE = 0.004; // five pixels of 1280
const LATE_S = 0.15; // what the set tells of the camera is older than the picture by this
const GIVE_UP_MS = 4000; // a target nobody reaches

/** @type {Lead} */
const NONE = { x: 0, y: 0, zoom: 0 };
const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.max(-most, Math.min(most, value));

/** One step towards where it should be. @param {Lead} lead @param {Lead} aim @param {number} ms @returns {Lead} */
export function eased(lead, aim, ms) {
  const share = 1 - Math.exp(-ms / EASE_MS);
  return { x: lead.x + (aim.x - lead.x) * share, y: lead.y + (aim.y - lead.y) * share, zoom: lead.zoom + (aim.zoom - lead.zoom) * share };
}

export class Glide {
  /** @type {Lead} */
  #lead = NONE;
  /** @type {Motion|null} */
  #motion = null;
  /** @type {(Target & {until: number})|null} */
  #target = null;
  /** @type {{far: number, at: number, speed: number}|null} how the camera gets on with it */
  #progress = null;
  #frameAt = 0; // 0: at rest
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  /**
   * @param {HTMLVideoElement} video
   * @param {() => M.View|null} view
   * @param {() => number|null} delayMs  glass to glass
   */
  constructor(video, view, delayMs) {
    this.video = video;
    this.view = view;
    this.delayMs = delayMs;
  }

  /** A direction is held, or let go of. @param {Motion} motion */
  drive(motion) {
    this.#target = null;
    this.#motion = motion.pan || motion.tilt || motion.zoom ? motion : null;
    this.#wake();
  }

  /** The camera was sent somewhere. @param {Target|null} target */
  to(target) {
    this.#motion = null;
    this.#progress = null;
    this.#target = target && { ...target, until: performance.now() + GIVE_UP_MS };
    this.#wake();
  }

  /** A point of the picture is to come to its middle, `width` of it to fill it. @param {number} x @param {number} y @param {number} width */
  look(x, y, width) {
    const view = this.view();
    this.to(view && { ...directionOf(view, x, y), zoom: width < 1 ? view.zoom / width : null });
  }

  /** The set told anew where the camera looks. */
  viewed() {
    const view = this.view();
    const left = view && this.#left(view);
    if (!left)
      return;
    const now = performance.now();
    const far = Math.hypot(left.x, left.y, left.zoom);
    const before = this.#progress;
    const speed = before && now > before.at ? Math.max(0, (before.far - far) / (now - before.at)) : 0;
    this.#progress = { far, at: now, speed };
    this.#wake();
  }

  /** Nothing moves any more: the lesson, the view or the curtain changed. */
  stop() {
    this.#motion = this.#target = null;
    this.#lead = NONE; // at once: perhaps no picture comes any more to do it with
    this.video.style.transform = '';
  }

  #wake() {
    if (this.#frameAt || this.#calm.matches || document.documentElement.dataset.motion === 'calm')
      return;
    this.#frameAt = performance.now();
    this.#step(this.#frameAt); // in this very frame
  }

  /** @param {number} now */
  #step(now) {
    const aim = this.#motion ? this.#ahead(this.#motion) : this.#target ? this.#towards(now) : NONE;
    const lead = eased(this.#lead, aim, Math.max(16, Math.min(100, now - this.#frameAt)));
    this.#frameAt = now;
    const there = Math.hypot(aim.x - lead.x, aim.y - lead.y, aim.zoom - lead.zoom) < DONE;
    const rests = there && !this.#motion && !this.#target;
    this.#lead = there ? aim : lead;
    const { x, y, zoom } = this.#lead;
    this.video.style.transform = rests ? '' : `translate(${(x * 100).toFixed(2)}%, ${(y * 100).toFixed(2)}%) scale(${(2 ** zoom).toFixed(4)})`;
    if (there && !this.#target) // until another direction is held, or none
      this.#frameAt = 0;
    else
      // In the picture's rhythm: composing the page oftener cost steering 30 ms where there is no graphics card.
      this.video.requestVideoFrameCallback((at) => this.#step(at));
  }

  /** How far the picture is behind a held direction. @param {Motion} motion @returns {Lead} */
  #ahead({ pan, tilt, zoom }) {
    const behind = within((this.delayMs() ?? 0) / 1000 + 0.06, BEHIND_S.most);
    const seconds = Math.max(BEHIND_S.least, behind);
    const across = (seconds / WIDTH_S);
    return { x: within(-pan * across, MOST), y: within((tilt * across * 16) / 9, MOST), zoom: within(zoom * seconds * DOUBLINGS_S, MOST_DOUBLINGS) };
  }

  /** @param {number} now @returns {Lead} */
  #towards(now) {
    const view = this.view();
    const left = view && this.#left(view);
    if (!left || !this.#target || now > this.#target.until) {
      this.#target = null;
      return NONE;
    }
    const progress = this.#progress;
    const far = Math.hypot(left.x, left.y, left.zoom);
    if (progress && far < 0.02) {
      this.#target = null;
      return NONE;
    }
    // It went on since it was told so.
    const gone = progress && progress.far > 0 ? Math.max(0, 1 - (progress.speed * (now - progress.at + LATE_S * 1000)) / progress.far) : 1;
    return { x: within(-left.x * gone, MOST), y: within(-left.y * gone, MOST), zoom: within(left.zoom * gone, MOST_DOUBLINGS) };
  }

  /** What is left of the way. @param {M.View} view @returns {Lead|null} */
  #left(view) {
    const target = this.#target;
    if (!target)
      return null;
    const point = pointOf(view, target.pan, target.tilt) ?? { x: Math.sign(target.pan - view.pan_deg), y: 0 };
    return { ...point, zoom: target.zoom === null ? 0 : Math.log2(target.zoom / view.zoom) };
  }
}
