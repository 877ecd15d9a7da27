// The three words that the class says and the pupil picks out of six: words that a child of six knows, each with a drawing.

/** @type {Record<string, string[]>} drawn as the icons are, on a grid of 24 by 24 */
export const WOORDEN = {
  bal: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M5.5 6c4 3 4 9 0 12', 'M18.5 6c-4 3-4 9 0 12'],
  boom: ['M12 3a6 6 0 0 1 5 9.3A4 4 0 0 1 14 15h-4a4 4 0 0 1-3-2.7A6 6 0 0 1 12 3z', 'M12 15v6', 'M8.5 21h7'],
  huis: ['M3.5 11.5L12 4l8.5 7.5', 'M6 10v10h12V10', 'M10 20v-5h4v5'],
  vis: ['M3 12c3.5-6 10-6 13.5 0-3.5 6-10 6-13.5 0z', 'M16.5 12L21 8v8z', '=M7.5 9.6a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z'],
  zon: ['M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z', 'M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3L7 7M17 17l1.7 1.7M5.3 18.7L7 17M17 7l1.7-1.7'],
  maan: ['M15.5 3.5a9 9 0 1 0 5 11.5 7.2 7.2 0 0 1-5-11.5z'],
  boek: ['M12 6.5C9.5 4.5 6 4.5 3 5.5v13c3-1 6.5-1 9 1 2.5-2 6-2 9-1v-13c-3-1-6.5-1-9 1z', 'M12 6.5v13'],
  ster: ['M12 3l2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8z'],
  auto: ['M3 16v-3.5l2.5-1L8 7h7l3 4.5 3 1V16z', 'M7.5 14.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4z', 'M16.5 14.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4z'],
  hart: ['M12 20S3.5 14.5 3.5 8.8A4.6 4.6 0 0 1 12 6.5a4.6 4.6 0 0 1 8.5 2.3C20.5 14.5 12 20 12 20z'],
  bloem: ['M12 9a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z', 'M10.2 9.7a3 3 0 1 1 3.6 0M14 10.2a3 3 0 1 1 0 2.7M10 10.2a3 3 0 1 0 0 2.7', 'M12 14v7'],
  boot: ['M3.5 15.5h17L18 20H6z', 'M11.5 15.5V4l6.5 8.5h-6.5', 'M11.5 7L6 12.5h5.5'],
};

const SAID = 3;
const SHOWN = 6;

/** @typedef {{said: string[], shown: string[]}} Choice */

/** Three to be said, among six to choose from in another order. @param {() => number} [random]  0..1 @returns {Choice} */
export function chooseWords(random = Math.random) {
  const shown = shuffled(Object.keys(WOORDEN), random).slice(0, SHOWN);
  return { said: shuffled(shown, random).slice(0, SAID), shown };
}

/** How many of the words that were said were picked. @param {readonly string[]} said @param {readonly string[]} picked */
export function countRight(said, picked) {
  return new Set(picked.filter((word) => said.includes(word))).size;
}

/** Only words that this page knows: what comes from the other side may be anything. @param {readonly string[]} words */
export function known(words) {
  return [...new Set(words)].filter((word) => Object.hasOwn(WOORDEN, word));
}

/** @param {string[]} words @param {() => number} random */
function shuffled(words, random) {
  const left = [...words];
  return words.map(() => left.splice(Math.min(left.length - 1, Math.floor(random() * left.length)), 1)[0] ?? '');
}
