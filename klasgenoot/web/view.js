// The screen in class: writes a model to the page and hands presses on. It knows no sockets and no WebRTC.
import { portrait, STEP_ICONS, usesCamera } from '/gedeeld/aanwezig.js';
import { drawIcons, moveTo, need, setIcon, show, Shown, translate, write } from '/gedeeld/scherm.js';
import { has, say, setLanguage, t } from '/gedeeld/teksten.js';
import { BuddyLinkView } from '/buddy-link.js';
import { Checklist, iconOf } from '/checklist.js';
import { NextLesson } from '/next-lesson.js';
import { KioskPairing } from '/pairing.js';
import { QuestionBanner } from '/question-banner.js';
import { KioskRoom } from '/room.js';

/** @import * as M from '/gedeeld/messages' */
/** @typedef {'on'|'off'|'absent'|'refused'} Device */
/** @typedef {'nl'|'en'} Language */
/** @typedef {{name: string, ok: boolean|null, advice: string|null, percent: number|null, charging: boolean}} Check  ok null: not known yet */
/**
 * @typedef {Object} KioskModel
 * @property {'starting'|'ready'|'live'|'curtain'|'fault'} state
 * @property {string|null} reason        catalogue key: t('fault.' + reason)
 * @property {string|null} todo          the one thing to do next, t('fault.' + todo)
 * @property {boolean} watching          the pupil's laptop receives the class picture
 * @property {'none'|'asked'|'escalated'|'seen'|'turn'} question
 * @property {M.Asked} asked
 * @property {number|null} questionSince performance.now() when the question was asked
 * @property {number|null} buddies       phones of buddies; null where there is no page for them
 * @property {{mic: Device, camera: Device, video: boolean, sound: boolean, presence: M.Presence, resting: boolean}} pupil
 * @property {boolean} knocks           the pupil knocks, before the lesson
 * @property {boolean} soundBlocked      the browser wants a touch before it plays sound
 * @property {Check[]} checks
 * @property {string[]} notices
 * @property {M.PairStep|null} pairing
 * @property {string} unitName
 * @property {Language} language
 * @property {string|null} [pupilName]   without it the screen says "Je klasgenoot"
 */
/**
 * @typedef {Object} KioskHandlers
 * @property {(name: string) => void} onAction
 * @property {(language: Language) => void} onLanguage
 * @property {(message: M.PagePairs) => void} onPair
 * @property {(message: M.FromRoom) => void} onRoom
 */

/** @type {Record<string, string>} beside those that answer a question */
const KEYS = { k: 'come', w: 'wait', c: 'curtain', t: 'test-sound', d: 'keep', '+': 'louder', '=': 'louder', '-': 'softer', _: 'softer' };
/** @type {Record<KioskModel['state'], string>} */
const SIGNS = { starting: 'mark', ready: 'check', live: '', curtain: 'curtain', fault: 'warn' };
const CONFIRMED = new Set(['move', 'shutdown']);
const OWN = new Set(['keep', 'there', 'stay', 'not_yet', 'awake']); // room.js hears these itself

export class KioskView {
  #shown = new Shown();
  #asked = ''; // the action that waits for a second touch
  /** @type {Language} */
  #other = 'en';

  /**
   * @param {Document} root
   * @param {KioskHandlers} handlers
   */
  constructor(root, handlers) {
    this.root = root;
    this.handlers = handlers;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.part = {
      watching: part('watching'), unit: part('unit'), placeholder: part('placeholder'), chip: part('chip'), seenAs: part('seen-as'), velvet: part('velvet'),
      message: part('message'), sign: part('sign'), title: part('title'), words: part('words'), dots: part('dots'),
      knocks: part('knocks'), knocker: part('knocks-title'), notices: part('notices'), spoken: part('spoken'), language: part('language'),
      curtainTop: part('curtain-top'), curtainMiddle: part('curtain-middle'), no: part('confirm-no'), yes: part('confirm-yes'),
    };
    this.control = {
      curtain: control('curtain'), move: control('move'), shutdown: control('shutdown'), sound: control('sound'),
    };
    this.dialog = need(root, '#confirm', HTMLDialogElement);
    this.checklist = new Checklist(root);
    this.question = new QuestionBanner(root);
    this.buddy = new BuddyLinkView(root);
    this.pairing = new KioskPairing(root, handlers.onPair);
    this.room = new KioskRoom(root, handlers.onRoom);
    this.lesson = new NextLesson(part('next-lesson'));
    drawIcons(root);
    root.addEventListener('click', (event) => this.#click(event));
    root.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @returns {HTMLVideoElement} */
  get video() {
    return need(this.root, '#leerling-video', HTMLVideoElement);
  }

  /** @param {KioskModel} model */
  render(model) {
    const { state, question, pupil, soundBlocked } = model;
    const name = model.pupilName ?? null;
    if (this.#shown.changed('language', model.language)) this.#speakLanguage(model.language);
    if (this.#shown.changed('state', state, model.reason, model.unitName, model.todo, this.#whatFails(model))) this.#showState(model);
    if (this.#shown.changed('pairing', state, model.reason, JSON.stringify(model.pairing))) {
      show(this.part.message, !this.pairing.render(model) && state !== 'live');
    }
    this.room.render(model);
    if (this.#shown.changed('watching', model.watching, name, state === 'curtain')) this.#showWatching(model);
    if (this.#shown.changed('pupil', pupil.mic, pupil.camera, pupil.video, pupil.sound, JSON.stringify(pupil.presence), pupil.resting, name, state)) this.#showPupil(model);
    if (this.#shown.changed('sound', soundBlocked, state)) show(this.control.sound, soundBlocked && state === 'live');
    if (this.#shown.changed('question', question, model.questionSince, name, state, JSON.stringify(model.asked))) this.question.render(model);
    if (this.#shown.changed('knocks', model.knocks, name)) this.#showKnock(model);
    if (this.#shown.changed('buddy', model.buddies, state, question)) this.buddy.render(model);
    if (this.#shown.changed('checks', JSON.stringify(model.checks), state, model.todo)) this.checklist.render(model);
    const notices = this.#notices(model);
    if (this.#shown.changed('notices', ...notices)) this.#showNotices(notices);
    this.#announce(model, notices);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!button || button.disabled) return;
    const action = button.dataset.action;
    if (button === this.part.language) this.handlers.onLanguage(this.#other);
    else if (button === this.part.no) this.dialog.close();
    else if (button === this.part.yes) this.#confirmed();
    else if (action && CONFIRMED.has(action)) this.#askAgain(action);
    else if (action && !OWN.has(action)) this.handlers.onAction(action);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || this.dialog.open) return;
    if (event.target instanceof HTMLInputElement) return; // somebody types
    const key = event.key.toLowerCase();
    // Enter on a button presses that button, whichever it is.
    if (key === 'enter' && this.root.activeElement instanceof HTMLButtonElement) return;
    // A presenter's "start" key would load the page anew.
    if (key === 'f5') return event.preventDefault();
    if (key === 'p') return this.#askAgain('park_here'); // for the monteur: no button that a class could press
    const action = KEYS[key];
    const button = action ? this.root.querySelector(`[data-action="${action}"]`) : this.question.buttonFor(key);
    if (!(button instanceof HTMLButtonElement) || button.disabled || button.offsetParent === null) return;
    event.preventDefault();
    button.click();
  }

  /** These two end the lesson for the pupil: a hand that brushes the screen may not do that. @param {string} action */
  #askAgain(action) {
    this.#asked = action;
    write(need(this.dialog, 'h2', HTMLElement), t(`klas.confirm.${action}.title`));
    write(need(this.dialog, 'p', HTMLElement), t(`klas.confirm.${action}.text`));
    write(this.part.yes, t(`klas.confirm.${action}.yes`));
    write(this.part.no, t('klas.confirm.no'));
    this.part.yes.dataset.confirm = action;
    this.dialog.showModal();
  }

  #confirmed() {
    const action = this.#asked;
    this.dialog.close();
    if (action) this.handlers.onAction(action);
    this.#asked = '';
  }

  /** @param {Language} language */
  #speakLanguage(language) {
    setLanguage(language);
    this.#shown.forget();
    this.#shown.changed('language', language);
    translate(this.root);
    this.#other = language === 'nl' ? 'en' : 'nl';
    const button = this.part.language;
    button.lang = this.#other;
    write(button, this.#other.toUpperCase());
    button.setAttribute('aria-label', `${this.#other.toUpperCase()} ${t(`language.${this.#other}`)}`);
    if (this.dialog.open) this.dialog.close();
  }

  /** The line of the checklist that the one thing to do belongs to. @param {KioskModel} model */
  #whatFails({ checks, todo }) {
    return checks.find((check) => todo !== null && check.advice === todo)?.name ?? '';
  }

  /** @param {KioskModel} model */
  #showState(model) {
    const { state, reason, todo, unitName } = model;
    const { part, control, root } = this;
    root.body.dataset.state = state;
    const advised = (state === 'ready' || state === 'starting') && todo !== null;
    const fails = this.#whatFails(model);
    root.body.dataset.advised = String(advised);
    write(part.unit, unitName);
    root.title = `${t(`klas.${state}.title`)} – ${unitName}`;
    show(part.velvet, state === 'curtain');
    show(part.dots, state === 'starting' && !advised);
    this.lesson.render(state === 'ready' && !advised);
    const sign = (advised || state === 'fault') && fails ? iconOf(fails) : advised ? 'warn' : SIGNS[state];
    show(part.sign, sign !== '');
    if (sign) setIcon(part.sign, sign);
    if (state !== 'live') {
      const code = advised ? todo : state === 'fault' ? reason : null;
      write(part.title, t(advised ? 'klas.ready.advice' : `klas.${state}.title`));
      write(part.words, code ? say('fault', code) : state === 'fault' ? '' : t(`klas.${state}.text`));
    }
    const closed = state === 'curtain';
    show(control.curtain, closed || state === 'live');
    control.curtain.setAttribute('aria-pressed', String(closed));
    control.curtain.classList.toggle('main', closed);
    write(need(control.curtain, '.label', HTMLElement), t(closed ? 'klas.action.open' : 'klas.action.close'));
    moveTo(control.curtain, closed ? part.curtainMiddle : part.curtainTop);
  }

  /** Behind the curtain nobody sees anything. @param {string} state @param {boolean} watching */
  #badge(state, watching) {
    return watching ? (state === 'curtain' ? 'klas.waits' : 'klas.watching') : 'klas.unwatched';
  }

  /** @param {KioskModel} model */
  #showWatching({ watching, pupilName, state }) {
    const { watching: badge } = this.part;
    badge.dataset.on = String(watching);
    const name = pupilName || t('klas.pupil');
    write(need(badge, '.label', HTMLElement), t(this.#badge(state, watching), { name }));
    show(need(badge, '[data-icon]', HTMLElement), watching);
  }

  /** @param {KioskModel} model */
  #showKnock({ knocks, pupilName }) {
    show(this.part.knocks, knocks);
    write(this.part.knocker, t('klas.knock', { name: pupilName || t('klas.pupil') }));
  }

  /** Never a black square: what the pupil chose, in words and as a picture. @param {KioskModel} model */
  #showPupil({ pupil, state, pupilName }) {
    const { placeholder, chip, seenAs } = this.part;
    const { step } = pupil.presence;
    const seen = pupil.video && pupil.camera === 'on' && usesCamera(step);
    show(placeholder, state === 'live' && !seen);
    show(this.video, state === 'live' && seen);
    const silent = pupil.mic !== 'on' || !pupil.sound;
    placeholder.dataset.silent = String(silent);
    const face = need(placeholder, '.face', HTMLElement);
    show(face, step !== 'sound');
    face.replaceChildren(...(step === 'sound' ? [] : [portrait(pupil.presence, step === 'drawing' ? 'drawing' : 'letters')]));
    const broken = pupil.camera === 'refused' || pupil.camera === 'absent';
    write(need(placeholder, '.big', HTMLElement), t('klas.placeholder.listening', { name: pupilName || t('klas.pupil') }));
    const chosen = usesCamera(step) ? t(`klas.placeholder.${broken ? 'camera_refused' : 'video'}`) : t(`klas.seen.${step}`);
    write(need(placeholder, '.small', HTMLElement), pupil.resting ? t('klas.placeholder.resting') : chosen);
    show(seenAs, state === 'live' && seen);
    seenAs.dataset.step = step;
    write(need(seenAs, '.label', HTMLElement), t(`klas.seen.${step}`));
    setIcon(need(seenAs, '[data-icon]', HTMLElement), STEP_ICONS[step]);
    show(chip, state === 'live' && silent && !pupil.resting); // said already, and kinder
    write(need(chip, '.label', HTMLElement), t(pupil.mic === 'on' ? 'klas.sound_off' : 'klas.mic_off'));
    setIcon(need(chip, '[data-icon]', HTMLElement), pupil.mic === 'on' ? 'sound-off' : 'mic-off');
  }

  /** What the rest of the screen already says is not said twice. @param {KioskModel} model */
  #notices({ notices, checks, state }) {
    const listed = state === 'live' || state === 'curtain' ? [] : checks.filter((check) => !check.ok).map((check) => check.advice);
    return notices.filter((code) => code !== 'curtain' && code !== 'kiosk_absent' && !listed.includes(code));
  }

  /** @param {string[]} notices */
  #showNotices(notices) {
    const { part, root } = this;
    show(part.notices, notices.length > 0);
    part.notices.replaceChildren(...notices.slice(0, 2).map((code) => {
      const item = root.createElement('li');
      const mark = root.createElement('span');
      setIcon(mark, 'info');
      item.append(mark, notice(code));
      return item;
    }));
  }

  /** Tell a screen reader what changed, and only that. @param {KioskModel} model @param {string[]} notices */
  #announce(model, notices) {
    const { state, reason, todo, question, asked, watching, pupilName } = model;
    /** @type {string[]} */
    const words = [];
    const name = pupilName || t('klas.pupil');
    if (this.#shown.changed('said-state', state, reason, todo)) {
      const code = state === 'fault' ? reason : state === 'live' || state === 'curtain' ? null : todo;
      words.push(t(`klas.${state}.title`), code ? say('fault', code) : '');
    }
    if (this.#shown.changed('said-knocks', model.knocks) && model.knocks) words.push(t('klas.knock', { name }));
    if (this.#shown.changed('said-watching', watching)) words.push(t(this.#badge(state, watching), { name }));
    const { question: banner } = this;
    if (this.#shown.changed('said-question', question, asked.soon, banner.plea(model)) && question !== 'none') words.push(banner.words(model), banner.plea(model));
    if (this.#shown.changed('said-notices', ...notices)) words.push(...notices.map(notice));
    if (words.some(Boolean)) write(this.part.spoken, words.filter(Boolean).join('. '));
  }
}

/** In a lesson some faults have other words than on the checklist. @param {string} code */
function notice(code) {
  return has(`klas.notice.${code}`) || !has(`fault.${code}`) ? say('klas.notice', code) : say('fault', code);
}
