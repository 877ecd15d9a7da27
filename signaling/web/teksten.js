// The one catalogue of words for both pages: Dutch first (level A2), English second, the same keys in both.
// The words stand by subject in their own files; this file joins them and looks them up.
import { AANWEZIG } from '/gedeeld/teksten-aanwezig.js';
import { BORD } from '/gedeeld/teksten-bord.js';
import { BUDDY } from '/gedeeld/teksten-buddy.js';
import { HELPDESK } from '/gedeeld/teksten-helpdesk.js';
import { GELUID } from '/gedeeld/teksten-geluid.js';
import { KLAS } from '/gedeeld/teksten-klas.js';
import { KOPPELEN } from '/gedeeld/teksten-koppelen.js';
import { LOKAAL } from '/gedeeld/teksten-lokaal.js';
import { STORING } from '/gedeeld/teksten-storing.js';
import { THUIS } from '/gedeeld/teksten-thuis.js';

/** @typedef {'nl'|'en'} Language */
/** @typedef {{nl: Record<string, string>, en: Record<string, string>}} Catalogue */

/** @type {Catalogue} */
export const TEKSTEN = {
  nl: { ...THUIS.nl, ...BORD.nl, ...KLAS.nl, ...STORING.nl, ...KOPPELEN.nl, ...BUDDY.nl, ...LOKAAL.nl, ...HELPDESK.nl, ...GELUID.nl, ...AANWEZIG.nl },
  en: { ...THUIS.en, ...BORD.en, ...KLAS.en, ...STORING.en, ...KOPPELEN.en, ...BUDDY.en, ...LOKAAL.en, ...HELPDESK.en, ...GELUID.en, ...AANWEZIG.en },
};

/** @type {Language} */
let current = 'nl';

/** @param {Language} lang */
export function setLanguage(lang) {
  current = lang === 'en' ? 'en' : 'nl';
}

/** @returns {Language} */
export function language() {
  return current;
}

/** @param {string} key @returns {boolean} */
export function has(key) {
  return key in TEKSTEN[current];
}

/**
 * The words for a key; `{name}` in the text is replaced by params.name. A missing key shows itself rather than nothing.
 * @param {string} key
 * @param {Record<string, string|number>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  const words = TEKSTEN[current][key];
  if (words === undefined) {
    console.warn(`teksten: no words for ${key}`);
    return key;
  }
  return words.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/**
 * The words for a code that came from elsewhere: a code of a newer version gets the general words of its kind.
 * @param {string} kind  'reason', 'notice', 'klas.notice', 'fault' or 'advice'
 * @param {string} code
 * @returns {string}
 */
export function say(kind, code) {
  return has(`${kind}.${code}`) ? t(`${kind}.${code}`) : t(`${kind}.unknown`);
}

/**
 * A delay as people say it: 140 → "0,1" in Dutch, "0.1" in English.
 * @param {number} ms
 * @returns {string}
 */
export function seconds(ms) {
  const value = Math.max(0.1, ms / 1000);
  return value.toLocaleString(current === 'nl' ? 'nl-NL' : 'en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
