// Directions of the camera and points of its picture, both ways, as hardware/view.py has them. Pure.

/** @typedef {{pan_deg: number, tilt_deg: number, zoom: number, fov_deg: number}} Looks  degrees, pan + right, tilt + up */

const ASPECT = 9 / 16;
const rad = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
const deg = (/** @type {number} */ radians) => (radians * 180) / Math.PI;
const halfWidth = (/** @type {Looks} */ looks) => Math.tan(rad(looks.fov_deg) / 2);

/**
 * The direction in which a point of the picture lies.
 * @param {Looks} looks
 * @param {number} x  −0.5…0.5 of the picture, to the right
 * @param {number} y  −0.5…0.5, down
 * @returns {{pan: number, tilt: number}}
 */
export function directionOf(looks, x, y) {
  const across = 2 * x * halfWidth(looks);
  const up = -2 * y * halfWidth(looks) * ASPECT;
  const tilt = rad(looks.tilt_deg);
  const ahead = Math.cos(tilt) - up * Math.sin(tilt);
  const height = Math.sin(tilt) + up * Math.cos(tilt);
  return { pan: looks.pan_deg + deg(Math.atan2(across, ahead)), tilt: deg(Math.atan2(height, Math.hypot(across, ahead))) };
}

/**
 * Where a direction appears in the picture; beyond ±0.5 it is outside, null behind the lens.
 * @param {Looks} looks
 * @param {number} pan
 * @param {number} tilt
 * @returns {{x: number, y: number}|null}
 */
export function pointOf(looks, pan, tilt) {
  const own = rad(looks.tilt_deg);
  const turn = rad(pan - looks.pan_deg);
  const height = Math.sin(rad(tilt));
  const ahead = Math.cos(rad(tilt)) * Math.cos(turn);
  const depth = height * Math.sin(own) + ahead * Math.cos(own);
  if (depth <= 0.01)
    return null;
  const right = Math.cos(rad(tilt)) * Math.sin(turn);
  const up = (height * Math.cos(own) - ahead * Math.sin(own)) / depth;
  return { x: right / depth / (2 * halfWidth(looks)), y: -up / (2 * halfWidth(looks) * ASPECT) };
}
