// The checklist: a picture, a word and a mark a line; what is wrong comes first and says what to do.
import { hasIcon } from '/gedeeld/icons.js';
import { need, setIcon, show } from '/gedeeld/scherm.js';
import { has, say, t } from '/gedeeld/teksten.js';

/** @import { Check, KioskModel } from '/view.js' */

/** @type {Record<string, string>} */
const ICONS = { microphone: 'mic', speaker: 'sound', set: 'mark' };

/** @param {string} name @returns {string} the picture of a line */
export function iconOf(name) {
  const drawn = ICONS[name] ?? name;
  return hasIcon(drawn) ? drawn : 'info';
}

export class Checklist {
  /** @param {Document} root */
  constructor(root) {
    this.root = root;
    this.list = need(root, '#checks', HTMLElement);
    this.test = need(root, '[data-action="test-sound"]', HTMLButtonElement);
    // One bar for the life of the page: it moves ten times a second, the lines are drawn anew when one changes.
    this.meter = root.createElement('meter');
    this.meter.max = 1;
  }

  /** @param {number} level  0…1 */
  level(level) {
    if (this.meter.isConnected) this.meter.value = level;
  }

  /** @param {KioskModel} model */
  render({ checks, state, todo }) {
    const shown = checks.length > 0 && state !== 'live' && state !== 'curtain';
    show(this.list, shown);
    show(this.test, shown && checks.some((check) => check.name === 'speaker' && check.advice !== 'speaker_absent'));
    this.meter.setAttribute('aria-label', t('klas.level'));
    /** @param {Check} check */
    const said = (check) => check.advice !== null && check.advice === todo;
    /** @param {Check} check */
    const rank = (check) => (said(check) ? 0 : check.ok === false ? 1 : 2);
    this.list.replaceChildren(...[...checks].sort((a, b) => rank(a) - rank(b)).map((check) => this.#line(check, said(check))));
  }

  /** @param {Check} check @param {boolean} said  in large already */
  #line(check, said) {
    const item = this.#element('li', '');
    item.dataset.ok = String(check.ok);
    item.dataset.check = check.name;
    const words = this.#element('span', 'line');
    words.append(this.#element('b', '', has(`check.${check.name}`) ? t(`check.${check.name}`) : check.name));
    words.append(this.#element('span', 'spoken', ` ${t(`klas.check.${check.ok === null ? 'busy' : check.ok ? 'ok' : 'wrong'}`)}`));
    if (check.percent !== null)
      words.append(this.#element('span', 'advice', t(check.charging ? 'klas.battery.charging' : 'klas.battery', { percent: check.percent })));
    if (check.advice && check.ok !== true && !said) words.append(this.#element('span', 'advice', say('advice', check.advice)));
    if (check.name === 'microphone' && check.advice !== 'class_mic_absent') words.append(this.meter);
    item.append(this.#picture('picture', iconOf(check.name)), words);
    item.append(this.#picture('mark', check.ok === null ? 'wait' : check.ok ? 'check' : 'warn'));
    return item;
  }

  /** @param {string} kind @param {string} icon */
  #picture(kind, icon) {
    const picture = this.#element('span', kind);
    setIcon(picture, icon);
    return picture;
  }

  /** @param {'li'|'span'|'b'} tag @param {string} kind @param {string} [text] */
  #element(tag, kind, text = '') {
    return Object.assign(this.root.createElement(tag), { className: kind, textContent: text });
  }
}
