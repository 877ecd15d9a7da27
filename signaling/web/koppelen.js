// Pairing on a screen, as far as both pages have it in common: the six words, yes or no, why it failed, and the QR image.
import { need, setIcon, show } from '/gedeeld/scherm.js';
import { has, t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

const SVG = 'http://www.w3.org/2000/svg';
/** @type {Partial<Record<M.PairState, string>>} */
const SIGNS = { done: 'check', failed: 'warn' };

export class Koppelen {
  /** @type {M.PairState} */
  #state = 'off';

  /**
   * @param {Document} root  has a section #pairing
   * @param {(message: M.PagePairs) => void} send
   */
  constructor(root, send) {
    this.root = root;
    this.send = send;
    this.panel = need(root, '#pairing', HTMLElement);
    /** @param {string} id */
    const part = (id) => need(root, `#pairing-${id}`, HTMLElement);
    this.part = { sign: part('sign'), title: part('title'), text: part('text'), problem: part('problem'), words: part('words') };
    /** @param {string} name */
    const button = (name) => need(root, `[data-action="pair-${name}"]`, HTMLButtonElement);
    this.button = { same: button('same'), differ: button('differ'), stop: button('stop') };
    this.button.same.addEventListener('click', () => this.send({ type: 'pair_say', same: true }));
    this.button.differ.addEventListener('click', () => this.send({ type: 'pair_say', same: false }));
    this.button.stop.addEventListener('click', () => this.send({ type: 'pair_stop' }));
  }

  /**
   * @param {M.PairStep} step
   * @param {string} who  'home' or 'klas': whose words the title and the text are
   */
  showStep(step, who) {
    const { part, button } = this;
    const { state } = step;
    const own = has(`pair.${who}.${state}.title`) ? `pair.${who}.${state}` : `pair.${state}`;
    this.say(part.title, `${own}.title`);
    this.say(part.text, `${own}.text`);
    this.panel.dataset.step = state;
    const problem = step.problem && (has(`pair.problem.${step.problem}`) ? step.problem : 'unknown');
    show(part.problem, state === 'failed');
    this.say(part.problem, problem ? `pair.problem.${problem}` : '');
    show(part.sign, state in SIGNS);
    setIcon(part.sign, SIGNS[state] ?? 'info');
    show(part.words, state === 'comparing' || state === 'confirmed');
    if (part.words.childElementCount !== step.words.length || this.#state !== state) {
      part.words.replaceChildren(...step.words.map((word) => Object.assign(this.root.createElement('li'), { textContent: word, lang: 'nl' })));
    }
    show(button.same, state === 'comparing');
    show(button.differ, state === 'comparing');
    show(button.stop, state !== 'off' && state !== 'comparing'); // there "no" is the way to stop
    this.say(need(button.stop, '.label', HTMLElement), state === 'done' ? 'pair.close' : 'pair.stop');
    // Whoever compares the words by ear hears first what the question is.
    if (this.#state !== state && this.#state !== 'off' && state !== 'off') part.title.focus();
    this.#state = state;
  }

  /** Words that follow when the language changes. @param {HTMLElement} element @param {string} key */
  say(element, key) {
    const words = has(key) ? t(key) : '';
    if (words) element.dataset.t = key;
    else delete element.dataset.t;
    if (element.textContent !== words) element.textContent = words;
  }
}

/**
 * @param {SVGElement} svg
 * @param {readonly string[]} rows  of 0 and 1; 1 is dark
 */
export function drawQr(svg, rows) {
  const drawn = rows.join(' ');
  if (svg.dataset.drawn === drawn) return;
  svg.dataset.drawn = drawn;
  svg.setAttribute('viewBox', `0 0 ${rows.length} ${rows.length}`);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', rows.flatMap((row, y) => [...row].map((sign, x) => (sign === '1' ? `M${x} ${y}h1v1h-1z` : ''))).join(''));
  svg.replaceChildren(path);
}
