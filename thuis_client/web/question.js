// The vraagknop: what became of the question, how long it waits, and whether to ask quietly or with the chime.
import { need, setIcon, show, Waiting, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */
/**
 * @typedef {Object} QuestionModel
 * @property {string} state
 * @property {M.QuestionState} question
 * @property {M.Asked} asked
 * @property {number|null} questionSince performance.now() when the question was asked
 * @property {string} mic
 * @property {boolean} holds
 */

// A closed curtain may last; the vraagknop is then the only way to say "don't forget me".
const ASKABLE = new Set(['live', 'curtain']);
const KEPT = 'klasgenoot.stil'; // a choice of this laptop, and nothing about any question

export class VraagKnop {
  /** @param {Document} root */
  constructor(root) {
    this.root = root;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.part = { label: part('ask-label'), more: part('ask-more'), hint: part('hint'), loudness: part('loudness') };
    this.control = { question: control('question'), withdraw: control('withdraw'), quiet: control('quiet'), loud: control('loud') };
    this.waiting = new Waiting(part('wait'));
    this.loud = recall();
    this.#showChoice();
  }

  /** @param {boolean} loud */
  choose(loud) {
    this.loud = loud;
    keep(loud);
    this.#showChoice();
  }

  focus() {
    this.control.question.focus();
  }

  /** Whether this belongs to the vraagknop. @param {HTMLElement} element */
  has(element) {
    return element === this.control.withdraw || this.part.loudness.contains(element);
  }

  /** Where the question is now, as the child reads and hears it. @param {QuestionModel} model */
  words({ question, asked }) {
    if (asked.soon) return t('question.soon');
    if (asked.told) return t('question.told');
    if (question !== 'escalated') return t(`question.${question}`);
    return t(`question.rung.${asked.rung === 'pulse' && asked.loud ? 'chime' : asked.rung}`);
  }

  /** @param {QuestionModel} model */
  render(model) {
    const { question, asked, questionSince, mic, holds, state } = model;
    const { part, control, root } = this;
    root.body.dataset.question = question;
    root.body.dataset.rung = asked.rung;
    root.body.dataset.answer = asked.soon ? 'soon' : question === 'seen' || question === 'turn' ? question : '';
    const open = ASKABLE.has(state);
    // With the floor one speaks; a second press in joy must not ask anew.
    control.question.disabled = !open || question === 'turn';
    control.question.setAttribute('aria-pressed', String(question !== 'none'));
    write(part.label, this.words(model));
    const pending = question === 'asked' || question === 'escalated' || question === 'seen';
    write(part.more, question === 'turn' && mic !== 'on' ? t(holds ? 'question.hold' : 'question.unmute') : '');
    const drawn = asked.soon ? 'clock' : question === 'seen' ? 'eye' : question === 'turn' ? 'wave' : 'hand';
    setIcon(need(control.question, '[data-icon]', HTMLElement), drawn);
    this.waiting.from(pending ? questionSince : null);
    show(control.withdraw, question !== 'none');
    control.withdraw.disabled = !open;
    write(control.withdraw, t(question === 'turn' ? 'question.done' : 'question.withdraw'));
    show(part.hint, question === 'none');
    show(part.loudness, question === 'none');
    control.quiet.disabled = control.loud.disabled = !open;
  }

  #showChoice() {
    this.control.quiet.setAttribute('aria-pressed', String(!this.loud));
    this.control.loud.setAttribute('aria-pressed', String(this.loud));
  }
}

function recall() {
  try {
    return localStorage.getItem(KEPT) !== 'ja';
  } catch {
    return true; // a browser that keeps nothing asks aloud, as the button always did
  }
}

/** @param {boolean} loud */
function keep(loud) {
  try {
    localStorage.setItem(KEPT, loud ? 'nee' : 'ja');
  } catch {
    // Chosen for as long as this page is open.
  }
}
