// The one catalogue of words for both pages: Dutch first (level A2), English second, the same keys in both.
// The words stand by subject in their own files; this file joins them and looks them up.
import { AANKOMEN } from '/gedeeld/teksten-aankomen.js';
import { AANWEZIG } from '/gedeeld/teksten-aanwezig.js';
import { BORD } from '/gedeeld/teksten-bord.js';
import { BUDDY } from '/gedeeld/teksten-buddy.js';
import { HELPDESK } from '/gedeeld/teksten-helpdesk.js';
import { GELUID } from '/gedeeld/teksten-geluid.js';
import { KLAS } from '/gedeeld/teksten-klas.js';
import { KOPPELEN } from '/gedeeld/teksten-koppelen.js';
import { LOKAAL } from '/gedeeld/teksten-lokaal.js';
import { SAMEN } from '/gedeeld/teksten-samen.js';
import { STORING } from '/gedeeld/teksten-storing.js';
import { STUREN } from '/gedeeld/teksten-sturen.js';
import { THUIS } from '/gedeeld/teksten-thuis.js';
import { WEERGAVE } from '/gedeeld/teksten-weergave.js';

/** @typedef {'nl'|'en'|'ar'|'tr'|'pl'|'uk'} Language */
/** @typedef {{nl: Record<string, string>, en: Record<string, string>}} Catalogue */

/** @type {Catalogue} */
export const TEKSTEN = {
  nl: { ...THUIS.nl, ...BORD.nl, ...KLAS.nl, ...STORING.nl, ...KOPPELEN.nl, ...BUDDY.nl, ...LOKAAL.nl, ...HELPDESK.nl, ...GELUID.nl, ...STUREN.nl, ...AANKOMEN.nl, ...SAMEN.nl, ...WEERGAVE.nl, ...AANWEZIG.nl },
  en: { ...THUIS.en, ...BORD.en, ...KLAS.en, ...STORING.en, ...KOPPELEN.en, ...BUDDY.en, ...LOKAAL.en, ...HELPDESK.en, ...GELUID.en, ...STUREN.en, ...AANKOMEN.en, ...SAMEN.en, ...WEERGAVE.en, ...AANWEZIG.en },
};

/** Each by its own name. @type {Record<Language, string>} */
export const LANGUAGES = { nl: 'Nederlands', en: 'English', ar: 'العربية', tr: 'Türkçe', pl: 'Polski', uk: 'Українська' };

const FROM_RIGHT = new Set(['ar']);
/** @type {Record<Language, string>} how numbers are written */
const PLACES = { nl: 'nl-NL', en: 'en-GB', ar: 'ar', tr: 'tr-TR', pl: 'pl-PL', uk: 'uk-UA' };

/** @type {Partial<Record<Language, Record<string, string>>>} */
const known = { ...TEKSTEN };
/** @type {Language} */
let current = 'nl';

/** The languages of parents come when one is chosen: a first page does not wait for them. @param {Language} lang */
export async function loadLanguage(lang) {
  if (!known[lang]) Object.assign(known, (await import('/gedeeld/teksten-ouders.js')).OUDERS);
}

/** One whose words are not loaded is spoken as Dutch. @param {Language} lang */
export function setLanguage(lang) {
  current = known[lang] ? lang : 'nl';
}

/** @returns {Language} */
export function language() {
  return current;
}

/** In which direction the current language is written. @returns {'ltr'|'rtl'} */
export function direction() {
  return FROM_RIGHT.has(current) ? 'rtl' : 'ltr';
}

/** In which language the words for this key are shown. @param {string} key @returns {Language} */
export function languageOf(key) {
  return known[current]?.[key] === undefined ? 'nl' : current;
}

/** @param {string} key @returns {boolean} */
export function has(key) {
  return key in TEKSTEN.nl;
}

/**
 * The words for a key; `{name}` in the text is replaced by params.name. A missing key shows itself rather than nothing.
 * @param {string} key
 * @param {Record<string, string|number>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  const words = known[current]?.[key] ?? TEKSTEN.nl[key];
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
  return value.toLocaleString(PLACES[current], { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
