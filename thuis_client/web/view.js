// The home page as the child sees it: writes a model to the screen and hands presses on. It knows no sockets and no WebRTC.
import { drawIcons, moveTo, need, setIcon, show, Shown, translate, write } from '/gedeeld/scherm.js';
import { say, seconds, setLanguage, t } from '/gedeeld/teksten.js';
import { HomePairing } from '/pairing.js';
import { VraagKnop } from '/question.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Device } from '/own-picture.js' */
/** @import { Language } from '/gedeeld/teksten.js' */
/**
 * @typedef {Object} HomeModel
 * @property {'off'|'calling'|'live'|'reconnecting'|'curtain'|'refused'} state
 * @property {'moving'|null} why         what a waiting state waits for, if not the line
 * @property {string|null} reason        catalogue key: t('reason.' + reason)
 * @property {'none'|'asked'|'escalated'|'seen'|'turn'} question
 * @property {M.Asked} asked
 * @property {number|null} questionSince performance.now() when the question was asked
 * @property {Device} mic
 * @property {boolean} holds             the microphone is open only while a key is held
 * @property {Device} camera
 * @property {boolean} resting           only listens for a while
 * @property {boolean} sound             class sound is arriving
 * @property {'good'|'fair'|'poor'|'unknown'} link
 * @property {number|null} delayMs       honest delay, glass to glass
 * @property {boolean} moves             the camera of the set can turn now
 * @property {'klas'|'bord'|'scherm'|'hoeken'} view  what the picture shows
 * @property {boolean} smartboard        the set has the smartboard's own signal
 * @property {boolean} follows           the camera goes after whoever walks
 * @property {number[]} presets          fixed places that are taught in this room
 * @property {string[]} notices          catalogue keys: t('notice.' + code), most important first
 * @property {boolean} peerOnline        the set in class is switched on
 * @property {boolean|null} paired      null: not known yet
 * @property {M.PairStep|null} pairing
 * @property {Language} language
 */
/**
 * @typedef {Object} HomeHandlers
 * @property {(name: string) => void} onAction
 * @property {(language: Language) => void} onLanguage
 * @property {(message: M.PagePairs) => void} onPair
 */

// Held rather than clicked: steering.js turns these into motion.
const HELD = new Set(['left', 'right', 'up', 'down', 'in', 'out']);
const PRESET = /^preset-/; // short or long: presets.js
const TOLD_MS = 5000; // a passing word stays this long
const INSIDE = new Set(['live', 'reconnecting', 'curtain']);
const SIGN = { off: '', calling: '', live: '', reconnecting: '', curtain: 'curtain', refused: 'info' };

export class HomeView {
  #shown = new Shown();
  /** @type {Element|null} where the keyboard was before a render */
  #focus = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #toldTimer;

  /**
   * @param {Document} root
   * @param {HomeHandlers} handlers
   */
  constructor(root, handlers) {
    this.root = root;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.part = {
      where: part('where'), message: part('message'), title: part('title'), words: part('words'), sign: part('sign'),
      dots: part('dots'), choices: part('choices'), peer: part('peer'), velvet: part('velvet'),
      bars: part('bars'), link: part('link'), delay: part('delay'), verified: part('verified'), notices: part('notices'), noticeList: part('notice-list'),
      more: part('more'), steer: part('steer'), still: part('still'), told: part('told'), spoken: part('spoken'), leaveTop: part('leave-top'),
    };
    this.control = {
      join: control('join'), leave: control('leave'), mute: control('mute'), follow: control('follow'),
    };
    this.steering = [...this.part.steer.querySelectorAll('button:not(.board)')].filter((b) => b instanceof HTMLButtonElement);
    this.question = new VraagKnop(root);
    this.pairing = new HomePairing(root, handlers.onPair);
    drawIcons(root);
    this.#listen(root, handlers);
  }

  /** @returns {HTMLVideoElement} */
  get video() {
    return need(this.root, '#klas-video', HTMLVideoElement);
  }

  /** The element over the picture that receives pointers. @returns {HTMLElement} */
  get surface() {
    return need(this.root, '#surface', HTMLElement);
  }

  /** A passing word: shown for a moment and read out. @param {string} words */
  tell(words) {
    write(this.part.told, words);
    show(this.part.told, true);
    // Said again even if it is the same: a screen reader passes over what did not change.
    write(this.part.spoken, '');
    setTimeout(() => write(this.part.spoken, words), 50);
    clearTimeout(this.#toldTimer);
    this.#toldTimer = setTimeout(() => show(this.part.told, false), TOLD_MS);
  }

  /** @param {HomeModel} model @param {boolean} [still]  nothing may turn the camera now */
  render(model, still = false) {
    this.#focus = this.root.activeElement;
    if (this.#shown.changed('language', model.language)) this.#speakLanguage(model.language);
    if (this.#shown.changed('state', model.state, model.why, model.reason, model.peerOnline)) this.#showState(model);
    if (this.#shown.changed('pairing', model.state, model.reason, model.paired, JSON.stringify(model.pairing))) {
      show(this.part.message, !this.pairing.render(model) && model.state !== 'live');
    }
    if (this.#shown.changed('device', model.mic)) this.#showMicrophone(model);
    if (this.#shown.changed('line', model.link, model.delayMs, model.sound, model.state)) this.#showLine(model);
    if (this.#shown.changed('moves', model.moves, model.state, still)) this.#showSteering(model, still);
    if (this.#shown.changed('places', model.follows, ...model.presets)) this.#showPlaces(model);
    if (this.#shown.changed('question', model.question, model.questionSince, model.mic, model.holds, model.state, JSON.stringify(model.asked))) this.question.render(model);
    const notices = model.notices.filter((code) => code !== 'curtain' || model.state !== 'curtain'); // said in large already
    if (this.#shown.changed('notices', ...notices)) this.#showNotices(notices);
    this.#announce(model, notices);
    this.#keepFocus(model);
  }

  /** @param {Document} root @param {HomeHandlers} handlers */
  #listen(root, handlers) {
    root.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (!button || button.disabled) return;
      const { action, language } = button.dataset;
      if (language === 'nl' || language === 'en') handlers.onLanguage(language);
      else if (action && !HELD.has(action) && !PRESET.test(action)) handlers.onAction(action);
      else if (button === this.part.more) this.#unfold(button.getAttribute('aria-expanded') !== 'true');
    });
    // A press with the mouse or a finger leaves the keyboard focus where it was: otherwise the space bar, meant as the
    // vraagknop, would switch the microphone on because that was pressed last.
    root.addEventListener('mousedown', (event) => {
      if (event.target instanceof Element && event.target.closest('button')) event.preventDefault();
    });
  }

  /** @param {Language} language */
  #speakLanguage(language) {
    setLanguage(language);
    this.#shown.forget();
    this.#shown.changed('language', language);
    translate(this.root);
    for (const button of this.root.querySelectorAll('[data-language]')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-language') === language));
    }
  }

  /** @param {HomeModel} model */
  #showState({ state, why, reason, peerOnline }) {
    const { part, control } = this;
    this.root.body.dataset.state = state;
    this.root.body.dataset.why = why ?? '';
    this.root.body.dataset.layout = INSIDE.has(state) ? 'cockpit' : 'lobby';
    const name = t(`state.${why ?? state}`);
    write(part.where, state === 'live' ? name : t('app.name')); // the stage says the rest, in large
    this.root.title = state === 'off' ? name : `${name} – ${t('app.name')}`;
    show(part.velvet, state === 'curtain' || why === 'moving');
    const who = state === 'curtain' ? ` ${t('curtain.who')}` : '';
    if (state !== 'live') {
      write(part.title, t(`${why ?? state}.title`));
      write(part.words, reason && !why ? say('reason', reason) : state === 'refused' ? '' : t(`${why ?? state}.text`) + who);
    }
    const sign = why === 'moving' ? 'move' : SIGN[state];
    show(part.sign, sign !== '');
    if (sign) setIcon(part.sign, sign);
    show(part.dots, state === 'calling' || state === 'reconnecting');
    show(part.peer, state === 'off' || state === 'refused');
    part.peer.dataset.online = String(peerOnline);
    write(need(part.peer, '.label', HTMLElement), t(peerOnline ? 'peer.on' : 'peer.off'));

    show(control.join, state === 'off' || state === 'refused');
    write(need(control.join, '.label', HTMLElement), t(state === 'refused' ? 'action.retry' : 'action.join'));
    setIcon(need(control.join, '[data-icon]', HTMLElement), state === 'refused' ? 'retry' : 'enter');
    show(control.leave, state === 'calling' || INSIDE.has(state));
    write(need(control.leave, '.label', HTMLElement), t(state === 'calling' ? 'action.stop' : 'action.leave'));
    moveTo(control.leave, state === 'calling' ? part.choices : part.leaveTop);
  }

  /** @param {HomeModel} model */
  #showMicrophone({ mic }) {
    const button = this.control.mute;
    button.dataset.device = mic;
    button.setAttribute('aria-pressed', String(mic === 'on'));
    setIcon(need(button, '[data-icon]', HTMLElement), mic === 'on' ? 'mic' : 'mic-off');
    const small = need(button, 'small', HTMLElement);
    write(small, t(`device.${mic}`));
    // aria-pressed says on or off; only what it cannot say is read out.
    small.setAttribute('aria-hidden', String(mic === 'on' || mic === 'off'));
  }

  /** @param {HomeModel} model */
  #showLine({ link, delayMs, sound, state }) {
    this.part.link.parentElement?.setAttribute('data-link', link);
    setIcon(this.part.bars, state === 'live' && !sound ? 'sound-off' : `link-${link}`);
    write(this.part.link, t(state === 'live' && !sound ? 'sound.off' : `link.${link}`));
    show(this.part.verified, state === 'live' || state === 'curtain'); // nothing shows unless it is
    write(this.part.delay, delayMs === null ? '' : t('link.delay', { seconds: seconds(delayMs) }));
  }

  /** @param {HomeModel} model @param {boolean} still */
  #showSteering({ moves, state }, still) {
    for (const button of this.steering) button.disabled = !moves || state !== 'live' || still;
    show(this.part.still, !moves && state === 'live');
  }

  /** @param {HomeModel} model */
  #showPlaces({ follows, presets }) {
    this.control.follow.setAttribute('aria-pressed', String(follows));
    for (const button of this.steering) {
      const number = Number(button.dataset.action?.match(/^preset-(\d)$/)?.[1]);
      if (!number) continue;
      button.dataset.taught = String(presets.includes(number));
      button.setAttribute('aria-description', t(presets.includes(number) ? 'preset.again' : 'preset.teach'));
    }
  }

  /** @param {string[]} notices */
  #showNotices(notices) {
    const { part, root } = this;
    show(part.notices, notices.length > 0);
    part.noticeList.replaceChildren(...notices.map((code) => {
      const item = root.createElement('li');
      const mark = root.createElement('span');
      setIcon(mark, 'info');
      item.append(mark, say('notice', code));
      return item;
    }));
    show(part.more, notices.length > 1);
    this.#unfold(false);
  }

  /** One line is enough beside a lesson; the rest is a press away. @param {boolean} open */
  #unfold(open) {
    const { more, notices, noticeList } = this.part;
    notices.dataset.open = String(open);
    more.setAttribute('aria-expanded', String(open));
    const rest = noticeList.childElementCount - 1;
    write(more, open ? t('notices.less') : t('notices.more', { count: rest }));
    [...noticeList.children].forEach((item, index) => {
      if (item instanceof HTMLElement) show(item, open || index === 0);
    });
  }

  /** Tell a screen reader what changed, and only that. @param {HomeModel} model @param {string[]} notices */
  #announce(model, notices) {
    const { state, why, reason: told, question, follows } = model;
    const first = this.#shown.changed('said', 'once');
    /** @type {string[]} */
    const words = [];
    const reason = why ? null : told; // while the set is moved, every try that fails is expected
    if (this.#shown.changed('said-state', state, why, reason)) words.push(t(`state.${why ?? state}`), reason ? say('reason', reason) : '');
    const asking = question === 'none' ? t('question.gone') : this.question.words(model);
    if (this.#shown.changed('said-question', asking) && !first) words.push(asking);
    if (this.#shown.changed('said-follows', follows) && !first && state === 'live') words.push(t(`follow.${follows ? 'on' : 'off'}`));
    if (this.#shown.changed('said-notices', ...notices)) words.push(...notices.map((code) => say('notice', code)));
    if (words.some(Boolean)) write(this.part.spoken, words.filter(Boolean).join('. '));
  }

  /** When the control with the focus disappears, the focus goes to what replaced it. @param {HomeModel} model */
  #keepFocus({ state }) {
    const before = this.#focus;
    if (!(before instanceof HTMLElement) || before === this.root.body) return;
    const gone = !before.isConnected || before.closest('[hidden]') !== null || (before instanceof HTMLButtonElement && before.disabled);
    if (!gone) return;
    if (this.question.has(before)) this.question.focus();
    else if (state === 'live') this.surface.parentElement?.focus();
    else this.part.title.focus();
  }
}
