// What a frame on the file channel may look like: the bounds of signaling/messages_together.py, checked by hand because
// these frames go from page to page and no process of ours reads them.

/** @import * as M from '/gedeeld/messages' */

export const MOST_BYTES = 25 * 1024 * 1024;
export const MOST_CHUNK = 16_384;
const MOST_FRAME = 1024;
const MOST_NUMBER = 2 ** 31;
const MOST_CLOCK = 1e15;
const MOST_NAME = 80;
const KINDS = ['pdf', 'png', 'jpeg', 'text', 'word'];
const ENDS = ['cancelled', 'too_large', 'kind', 'broken'];
// eslint-disable-next-line no-control-regex -- those are what it keeps out
const ODD = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * @param {unknown} raw  a text frame
 * @returns {M.FileFrame|null} null: not one of ours
 */
export function readFrame(raw) {
  if (typeof raw !== 'string' || raw.length > MOST_FRAME)
    return null;
  /** @type {any} */
  let frame;
  try {
    frame = JSON.parse(raw);
  } catch {
    return null;
  }
  if (typeof frame !== 'object' || frame === null || !whole(frame.number, 1, MOST_NUMBER))
    return null;
  const { type, number, name, kind, size, sha256, at, clock_ms, code } = frame;
  if (type === 'file_offer' && isName(name) && KINDS.includes(kind) && whole(size, 1, MOST_BYTES) && isSum(sha256))
    return { type, number, name, kind, size, sha256 };
  if (type === 'file_go' && whole(at, 0, MOST_BYTES))
    return { type, number, at };
  if (type === 'file_got' && whole(at, 0, MOST_BYTES) && within(clock_ms, 0, MOST_CLOCK))
    return { type, number, at, clock_ms };
  if (type === 'file_stop' && ENDS.includes(code))
    return { type, number, code };
  return null;
}

/** A name that may travel: without what cannot be seen, and not too long. @param {string} name */
export function plainName(name) {
  const plain = [...name.replace(ODD, '').trim()];
  if (plain.length <= MOST_NAME)
    return plain.join('') || 'bestand';
  const end = /\.[^.]{1,8}$/.exec(name)?.[0] ?? '';
  return plain.slice(0, MOST_NAME - [...end].length).join('') + end; // its ending says what it is
}

/** A line of chat, or '' when nothing is left of it. @param {string} text @param {number} most */
export function plainText(text, most) {
  return [...text.replace(/\s+/g, ' ').replace(ODD, '').trim()].slice(0, most).join('');
}

/** @param {unknown} value @param {number} least @param {number} most */
function whole(value, least, most) {
  return Number.isInteger(value) && within(value, least, most);
}

/** @param {unknown} value @param {number} least @param {number} most */
function within(value, least, most) {
  return typeof value === 'number' && value >= least && value <= most;
}

/** @param {unknown} value */
function isName(value) {
  return typeof value === 'string' && value !== '' && [...value].length <= MOST_NAME && value.search(ODD) < 0;
}

/** @param {unknown} value */
function isSum(value) {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
