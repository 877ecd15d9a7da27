// What kind of file this is, by what is in it: a name can say anything. Only kinds that can be shown or opened without
// running anything.

/** @import * as M from '/gedeeld/messages' */

const MOST_TEXT = 1024 * 1024; // more is no worksheet
const MOST_PIXELS = 50_000_000; // a telephone takes 12 to 50 million; a small file can hold far more
const MOST_ENTRIES = 2000;
const ENTRY_HEAD = 46;
const END_SEARCHED = 65_557; // the end of a zip and the longest comment behind it

/** @param {Uint8Array} bytes @returns {M.FileKind|null} */
export function kindOf(bytes) {
  if (starts(bytes, [0x25, 0x50, 0x44, 0x46, 0x2d])) // %PDF-
    return 'pdf';
  if (starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    return fits(pngSize(bytes)) ? 'png' : null;
  if (starts(bytes, [0xff, 0xd8, 0xff]))
    return fits(jpegSize(bytes)) ? 'jpeg' : null;
  if (starts(bytes, [0x50, 0x4b, 0x03, 0x04]))
    return isWord(bytes) ? 'word' : null;
  return isText(bytes) ? 'text' : null;
}

/** What a saved file has to be called so that it opens. @type {Record<M.FileKind, {type: string, endings: string[]}>} */
export const SAVED = {
  pdf: { type: 'application/pdf', endings: ['.pdf'] },
  png: { type: 'image/png', endings: ['.png'] },
  jpeg: { type: 'image/jpeg', endings: ['.jpg', '.jpeg'] },
  text: { type: 'text/plain', endings: ['.txt'] },
  word: { type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', endings: ['.docx'] },
};

/** A name with the ending of its kind: `foto.exe` that is a picture becomes `foto.exe.png`. @param {string} name @param {M.FileKind} kind */
export function savedName(name, kind) {
  const { endings } = SAVED[kind];
  const plain = name.replace(/[\\/:*?"<>|]/g, '-').replace(/^\.+/, '') || 'bestand';
  return endings.some((end) => plain.toLowerCase().endsWith(end)) ? plain : plain + endings[0];
}

/** @param {Uint8Array} bytes @param {number[]} head */
function starts(bytes, head) {
  return head.every((value, i) => bytes[i] === value);
}

/** @param {{width: number, height: number}|null} size */
function fits(size) {
  return size !== null && size.width > 0 && size.height > 0 && size.width * size.height <= MOST_PIXELS;
}

/** @param {Uint8Array} bytes */
function pngSize(bytes) {
  if (bytes.length < 33)
    return null;
  const view = viewOf(bytes);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The first frame header (SOF) of a JPEG. @param {Uint8Array} bytes */
function jpegSize(bytes) {
  const view = viewOf(bytes);
  for (let at = 2; at + 9 < bytes.length; ) {
    if (view.getUint8(at) !== 0xff)
      return null;
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** A .docx: a zip with Word's own parts and without macros. @param {Uint8Array} bytes */
function isWord(bytes) {
  const view = viewOf(bytes);
  const last = bytes.length - 22;
  let end = last;
  while (end >= 0 && last - end < END_SEARCHED && view.getUint32(end, true) !== 0x06054b50)
    end--;
  if (end < 0 || last - end >= END_SEARCHED)
    return false;
  const count = view.getUint16(end + 10, true);
  const names = new Set();
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < Math.min(count, MOST_ENTRIES); i++) {
    if (at + ENTRY_HEAD > end || view.getUint32(at, true) !== 0x02014b50)
      return false;
    const length = view.getUint16(at + 28, true);
    names.add(new TextDecoder().decode(bytes.subarray(at + ENTRY_HEAD, at + ENTRY_HEAD + length)));
    at += ENTRY_HEAD + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const macros = [...names].some((name) => /vbaproject|\.bin$/i.test(name));
  return count <= MOST_ENTRIES && names.has('[Content_Types].xml') && names.has('word/document.xml') && !macros;
}

/** @param {Uint8Array} bytes */
function isText(bytes) {
  if (bytes.length === 0 || bytes.length > MOST_TEXT)
    return false;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // eslint-disable-next-line no-control-regex -- those are what a text does not have
    return !/[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(text);
  } catch {
    return false;
  }
}

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
