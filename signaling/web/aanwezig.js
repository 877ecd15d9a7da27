// How the pupil is in class, drawn the same on both pages: letters on a disc, or one of our own drawings.

/** @import * as M from '/gedeeld/messages' */

/** From least to most seen. @type {readonly M.PresenceStep[]} */
export const STEPS = ['sound', 'letters', 'drawing', 'blur', 'picture'];
/** @type {Record<M.PresenceStep, string>} */
export const STEP_ICONS = { sound: 'wave', letters: 'letters', drawing: 'drawing', blur: 'blur', picture: 'camera' };
/** @type {M.Presence} */
export const LEAST = { step: 'sound', letters: '', drawing: 'fox', colour: 'teal' };

/** White letters on each reach 4.5 : 1. @type {Record<M.Colour, string>} */
export const COLOURS = { teal: '#0b665e', blue: '#2a5c9a', plum: '#69418f', rose: '#a83a63', sand: '#8a5a17', moss: '#4c6a22' };

/** Filled shapes on a grid of 100, drawn in this order. @type {Record<M.Drawing, [string, string][]>} */
const DRAWINGS = {
  fox: [
    ['#e8833a', 'M24 24l18 13h16l18-13 2 30-28 30-28-30z'],
    ['#fff4e4', 'M22 53l16 3 12 15 12-15 16-3-28 31z'],
    ['#5b2f14', 'M24 24l9 6.5-7 9zM76 24l-9 6.5 7 9z'],
    ['#2b1a10', 'M38 49a3.6 3.6 0 1 1 .1 0zM62 49a3.6 3.6 0 1 1 .1 0zM45 76h10l-5 8z'],
  ],
  cat: [
    ['#3d4250', 'M24 20l17 14a34 34 0 0 1 18 0l17-14 3 34a29 27 0 0 1-58 0z'],
    ['#e9a7a7', 'M28 28l9 7.5-8 8zM72 28l-9 7.5 8 8zM46 63h8l-4 5z'],
    ['#ffd45e', 'M38 44a7 7 0 0 1 0 14 7 7 0 0 1 0-14zM62 44a7 7 0 0 1 0 14 7 7 0 0 1 0-14z'],
    ['#1c1e26', 'M38 45a2.2 6 0 0 1 0 12 2.2 6 0 0 1 0-12zM62 45a2.2 6 0 0 1 0 12 2.2 6 0 0 1 0-12z'],
    ['#f3f0e8', 'M22 62l14 3v2l-14-2zM78 62l-14 3v2l14-2zM23 72l13-3v2l-12 4zM77 72l-13-3v2l12 4z'],
  ],
  owl: [
    ['#a5744a', 'M26 22l14 8h20l14-8v40a24 24 0 0 1-48 0z'],
    ['#e8cfa4', 'M36 60h28v6a14 16 0 0 1-28 0z'],
    ['#fffaf0', 'M38 36a12 12 0 1 1-.1 0zM62 36a12 12 0 1 1-.1 0z'],
    ['#2b2119', 'M38 42a6 6 0 1 1-.1 0zM62 42a6 6 0 1 1-.1 0z'],
    ['#f0a818', 'M45 55h10l-5 10z'],
  ],
  cactus: [
    ['#58a061', 'M41 30a9 9 0 0 1 18 0v40H41zM22 42a5 5 0 0 1 10 0v6a4 4 0 0 0 4 4h8v10h-9a13 13 0 0 1-13-13zM78 36a5 5 0 0 0-10 0v8a4 4 0 0 1-4 4h-8v10h9a13 13 0 0 0 13-13z'],
    ['#dff2d8', 'M47 32h2v6h-2zM52 44h2v6h-2zM46 55h2v6h-2z'],
    ['#f4a3b8', 'M50 14a4 4 0 0 1 4 4 4 4 0 0 1 3 6H43a4 4 0 0 1 3-6 4 4 0 0 1 4-4z'],
    ['#d9743f', 'M32 68h36l-4 18H36z'],
    ['#b9592a', 'M30 65h40v7H30z'],
  ],
  planet: [
    ['#ffffff', 'M20 26l1.5 4 4 1.5-4 1.5-1.5 4-1.5-4-4-1.5 4-1.5zM80 66l1 3 3 1-3 1-1 3-1-3-3-1 3-1zM72 18l1 3 3 1-3 1-1 3-1-3-3-1 3-1z'],
    ['#f2b45c', 'M50 27a23 23 0 1 1-.1 0z'],
    ['#d98e3c', 'M29 42q20 8 42 0l1.5 5q-22 8-45 0zM29 58q20 7 42 0l-3 6q-18 5-36 0z'],
    ['#f7e3bd', 'M27 57c-10 6-16 12-14 15 3 5 24-2 46-15s38-27 35-32c-2-3-10-2-21 2l2 3c7-2 11-3 12-2 2 3-13 15-32 26S22 70 21 68c-1-2 2-5 8-9z'],
  ],
  mountains: [
    ['#ffd45e', 'M66 20a10 10 0 1 1-.1 0z'],
    ['#8fb3c7', 'M10 74l24-36 26 36z'],
    ['#dfe9ee', 'M34 38l8 11-5 3-4-3-4 4-3-3z'],
    ['#56788c', 'M34 74l26-44 30 44z'],
    ['#ffffff', 'M60 30l10 15-5 4-5-4-5 5-4-4z'],
    ['#3f6b4d', 'M6 74q22-9 44-4t44-2v14H6z'],
  ],
  headphones: [
    ['#f7f2e8', 'M50 18a32 32 0 0 1 32 32v12h-8V50a24 24 0 0 0-48 0v12h-8V50a32 32 0 0 1 32-32z'],
    ['#ffc145', 'M22 50h8a4 4 0 0 1 4 4v22a4 4 0 0 1-4 4h-4a10 10 0 0 1-10-10V56a6 6 0 0 1 6-6zM78 50h-8a4 4 0 0 0-4 4v22a4 4 0 0 0 4 4h4a10 10 0 0 0 10-10V56a6 6 0 0 0-6-6z'],
    ['#f7f2e8', 'M44 54a2 2 0 0 1 4 0v18a2 2 0 0 1-4 0zM52 60a2 2 0 0 1 4 0v8a2 2 0 0 1-4 0z'],
  ],
  kite: [
    ['#f26d5b', 'M56 14L34 40l22 4z'],
    ['#ffc145', 'M56 14l22 26-22 4z'],
    ['#4fa3a5', 'M34 40l22 28V44z'],
    ['#8fd0cb', 'M78 40L56 68V44z'],
    ['#f7f2e8', 'M55 68c-2 8-14 4-16 11-1 5 4 7 9 7v-2c-4 0-7-2-6-4 2-5 14-2 15-12zM34 76l8 2-7 5zM48 82l8-1-6 7z'],
  ],
};
/** @type {readonly M.Drawing[]} */
export const ALL_DRAWINGS = /** @type {M.Drawing[]} */ (Object.keys(DRAWINGS));
/** @type {readonly M.Colour[]} */
export const ALL_COLOURS = /** @type {M.Colour[]} */ (Object.keys(COLOURS));

const SVG = 'http://www.w3.org/2000/svg';

/** @param {M.PresenceStep} step */
export function usesCamera(step) {
  return step === 'blur' || step === 'picture';
}

/** The step that shows less. @param {M.PresenceStep} a @param {M.PresenceStep} b */
export function lower(a, b) {
  return STEPS.indexOf(a) <= STEPS.indexOf(b) ? a : b;
}

/** What may stand for a name: letters and digits, four at most. @param {string} text */
export function asLetters(text) {
  return [...text.normalize('NFC')].filter((sign) => /[\p{L}\p{N}]/u.test(sign)).join('').slice(0, 4).replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * A disc with the letters or the drawing; without letters a person. It is decoration: words beside it say the same.
 * @param {M.Presence} presence
 * @param {'letters'|'drawing'} kind
 * @returns {SVGElement}
 */
export function portrait({ letters, drawing, colour }, kind) {
  const svg = shape('svg', { viewBox: '0 0 100 100', class: 'portrait', 'aria-hidden': 'true' });
  svg.append(shape('circle', { cx: '50', cy: '50', r: '50', fill: COLOURS[colour] ?? COLOURS.teal }));
  if (kind === 'drawing') {
    for (const [fill, d] of DRAWINGS[drawing] ?? DRAWINGS.fox)
      svg.append(shape('path', { fill, d }));
  } else if (letters) {
    const size = [0, 52, 44, 34, 27][[...letters].length] ?? 27;
    const text = shape('text', { x: '50', y: '50', 'text-anchor': 'middle', 'dominant-baseline': 'central', fill: '#fff', 'font-size': String(size), 'font-weight': '700' });
    text.textContent = letters;
    svg.append(text);
  } else {
    svg.append(shape('path', { fill: '#fff', d: 'M50 22a15 15 0 1 1-.1 0zM20 82a30 28 0 0 1 60 0z' }));
  }
  return svg;
}

/** @param {string} name @param {Record<string, string>} attributes @returns {SVGElement} */
function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes))
    made.setAttribute(key, value);
  return made;
}
