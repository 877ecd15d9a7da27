// The question on the screen in class: how large it is, what it says, and the three answers.
import { need, setIcon, show, Waiting, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */
/**
 * @typedef {Object} QuestionModel
 * @property {M.QuestionState} question
 * @property {M.Asked} asked
 * @property {number|null} questionSince performance.now() when the question was asked
 * @property {string|null} [pupilName]
 */

/**
 * Keys of a keyboard and of a presenter remote, which is a keyboard: next, previous, black.
 * The first answer that can be given now counts, so that "next" is seen, then your turn, then done.
 * @type {Record<string, string[]>}
 */
const KEYS = {
  g: ['seen'], enter: ['seen'], z: ['soon'], b: ['turn'],
  pagedown: ['seen', 'turn'], pageup: ['soon'], '.': ['turn'],
};
/** @type {Partial<Record<M.Rung, string>>} who is spoken to, from the step where the class is asked for help */
const PLEAS = { buddy: 'buddy', teacher: 'teacher' };

export class QuestionBanner {
  /** @param {Document} root */
  constructor(root) {
    this.root = root;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.part = { banner: part('banner'), hand: part('hand'), asks: part('asks'), plea: part('plea'), since: part('since'), sinceLabel: part('since-label') };
    this.control = { seen: control('seen'), soon: control('soon'), turn: control('turn') };
    this.waiting = new Waiting(part('wait'));
  }

  /**
   * The answer that a key gives now.
   * @param {string} key  in lower case
   * @returns {HTMLButtonElement|undefined}
   */
  buttonFor(key) {
    const names = /** @type {('seen'|'soon'|'turn')[]} */ (KEYS[key] ?? []);
    return names.map((name) => this.control[name]).find((button) => button.offsetParent !== null);
  }

  /** What is said of the question, in a few words. @param {QuestionModel} model */
  words({ question, asked, pupilName }) {
    const name = pupilName || t('klas.pupil');
    return t(`klas.question.${asked.soon ? 'soon' : question}`, { name });
  }

  /** What the class is asked to do. @param {QuestionModel} model */
  plea({ asked }) {
    if (asked.told) return t('klas.question.told');
    const who = PLEAS[asked.rung];
    // A quiet question does not call on classmates.
    return who ? t(`klas.question.plea.${who}`) : '';
  }

  /** @param {QuestionModel} model */
  render(model) {
    const { question, asked, questionSince } = model;
    const { part, control, root } = this;
    root.body.dataset.question = question;
    root.body.dataset.rung = asked.rung;
    root.body.dataset.answer = asked.soon ? 'soon' : question === 'seen' || question === 'turn' ? question : '';
    root.body.dataset.loud = String(asked.loud);
    show(part.banner, question !== 'none');
    if (question === 'none') return this.waiting.from(null);
    write(part.asks, this.words(model));
    const plea = this.plea(model);
    write(part.plea, plea);
    show(part.plea, plea !== '');
    setIcon(part.hand, question === 'turn' ? 'wave' : asked.soon ? 'clock' : question === 'seen' ? 'check' : 'hand');
    show(part.since, question !== 'turn');
    write(part.sinceLabel, t('klas.question.waiting'));
    this.waiting.from(question === 'turn' ? null : questionSince);
    const unanswered = question === 'asked' || question === 'escalated';
    show(control.seen, unanswered);
    show(control.soon, unanswered || (question === 'seen' && !asked.soon));
    write(need(control.seen, '.label', HTMLElement), t('klas.action.seen'));
    write(need(control.soon, '.label', HTMLElement), t('klas.action.soon'));
    // A second touch of "your turn" ends the turn.
    write(need(control.turn, '.label', HTMLElement), t(question === 'turn' ? 'klas.action.done' : 'klas.action.turn'));
    setIcon(need(control.turn, '[data-icon]', HTMLElement), question === 'turn' ? 'check' : 'wave');
  }
}
