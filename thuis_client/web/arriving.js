// Before the lesson: whether this seat works, whether the class is there, what comes next, and a knock on its door.
import { chime } from '/gedeeld/chime.js';
import { need, setIcon, show, Shown, write } from '/gedeeld/scherm.js';
import { language, say, t } from '/gedeeld/teksten.js';
import { earsOf, judge, worst } from '/seat-check.js';
import { SeatEars } from '/seat-ears.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Session } from '/session.js' */
/** @import { HomeModel } from '/view.js' */
/** @typedef {M.Knocked['answer']|'none'|'sent'} KnockState */

const LOOK_MS = 1000;
const KNOCK_MS = 62_000; // the set itself forgets it after a minute
const AGAIN_MS = 5000;
const SOON_S = 12 * 3600; // later than that is no "next lesson"

export class Arriving {
  #shown = new Shown();
  /** @type {KnockState} */
  #knock = 'none';
  #knockedAt = 0;
  /** @type {M.Agenda|null} */
  #agenda = null;
  /** @type {import('/seat-check.js').Seen['ears']} */
  #ears = 'unknown';
  #dark = false;

  /** @param {Document} root @param {Session} session @param {HTMLVideoElement} selfView */
  constructor(root, session, selfView) {
    this.root = root;
    this.session = session;
    this.selfView = selfView;
    this.ear = new SeatEars();
    this.panel = need(root, '#arriving', HTMLElement);
    this.tiles = new Map([...this.panel.querySelectorAll('[data-part]')].map((tile) => [tile.getAttribute('data-part'), tile]));
    this.sentence = need(root, '#seat-words', HTMLElement);
    this.sign = need(root, '#seat-sign', HTMLElement);
    this.next = need(root, '#next-lesson', HTMLElement);
    this.button = need(root, '[data-action="knock"]', HTMLButtonElement);
    this.answer = need(root, '#knocked', HTMLElement);
    setInterval(() => void this.#look(), LOOK_MS);
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#devices());
  }

  /** @param {M.Agenda | M.Knocked} message  from the process of this laptop */
  told(message) {
    if (message.type === 'agenda')
      this.#agenda = message;
    else if (this.#knock !== 'none')
      this.#knock = message.answer;
    this.render(this.session.model);
  }

  /** @param {string} action @returns {boolean} whether it was one of these */
  act(action) {
    if (action === 'knock') {
      this.#knock = this.session.local.send({ type: 'knock' }) ? 'sent' : 'nobody';
      this.#knockedAt = performance.now();
      this.render(this.session.model);
    } else if (action === 'listen') {
      const context = new AudioContext();
      chime(context, 1);
      setTimeout(() => void context.close(), 2000);
    } else {
      return false;
    }
    return true;
  }

  /** @param {HomeModel} model */
  render({ state, mic, camera, paired, peerOnline }) {
    const lobby = state === 'off' || state === 'refused';
    if (!lobby) {
      this.ear.stop();
      this.#knock = 'none';
    }
    const { status } = this.session;
    const findings = judge({
      mic, camera, voice: this.ear.voice, dark: this.#dark, ears: this.#ears, server: status?.server ?? true, away: status?.away ?? '',
    });
    const first = worst(findings);
    const now = Date.now() / 1000;
    const lesson = this.#lesson(now);
    const not = this.#cancelled(now, lesson);
    const shut = this.#shut(now);
    if (!this.#shown.changed('all', lobby, paired, peerOnline, this.#knock, language(), JSON.stringify(findings), JSON.stringify([lesson, not, shut])))
      return;
    show(this.panel, lobby && paired !== false);
    for (const { part, ok } of findings) {
      const tile = this.tiles.get(part);
      if (!(tile instanceof HTMLElement))
        continue;
      tile.dataset.ok = String(ok);
      write(need(tile, '.mark-words', HTMLElement), t(`seat.${ok === null ? 'unknown' : ok ? 'ok' : 'wrong'}`));
    }
    setIcon(this.sign, first ? `seat-${first.part}` : 'check');
    this.panel.dataset.ok = String(first ? first.ok : true);
    write(this.sentence, !first ? t('seat.fine') : first.part === 'line' ? say('reason', first.advice.slice('reason.'.length)) : t(first.advice));
    show(this.button, lobby && paired === true && peerOnline);
    this.button.disabled = this.#knock === 'sent' || this.#knock === 'heard';
    const words = this.#knock === 'none' ? '' : t(this.#knock === 'nobody' && shut ? 'knock.nobody_now' : `knock.${this.#knock}`);
    write(this.answer, words);
    show(this.answer, lobby && words !== '');
    this.answer.dataset.answer = this.#knock;
    write(this.next, [not && this.#gone(not), lesson && this.#said(lesson)].filter(Boolean).join(' '));
    show(this.next, lobby && (lesson !== null || not !== null));
  }

  /** @param {number} now  seconds since 1970 */
  #lesson(now) {
    const lesson = this.#agenda?.holds ? this.#agenda.lessons.find(({ state, end }) => state === 'planned' && end > now) : undefined;
    return lesson && lesson.begin - now < SOON_S ? lesson : null;
  }

  /**
   * The lesson before that one which does not go through after all: who waits for it has to know.
   * @param {number} now @param {M.AgendaLesson|null} lesson @returns {M.AgendaLesson|null}
   */
  #cancelled(now, lesson) {
    const lessons = this.#agenda?.holds ? this.#agenda.lessons : [];
    const not = lessons.find(({ state, end, begin }) => state !== 'planned' && end > now && begin - now < SOON_S);
    return not && (!lesson || not.begin <= lesson.begin) ? not : null;
  }

  /** @param {M.AgendaLesson} lesson */
  #gone({ begin, subject, kind, state }) {
    const time = new Date(begin * 1000).toLocaleTimeString(this.root.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    return t(`lesson.${state}`, { what: subject || t(`lesson.${kind}`), time });
  }

  /** Whether the class opens the door itself now: outside the timetable. @param {number} now */
  #shut(now) {
    const { holds, lessons, early_s: early, late_s: late } = this.#agenda ?? { holds: false, lessons: [], early_s: 0, late_s: 0 };
    return holds && !lessons.some(({ state, begin, end }) => state === 'planned' && begin - early <= now && now < end + late);
  }

  /** When, what, where and who. @param {M.AgendaLesson} lesson */
  #said({ begin, subject, room, kind }) {
    const time = new Date(begin * 1000).toLocaleTimeString(this.root.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    const what = subject || t(`lesson.${kind}`);
    const place = room ? ` · ${room}` : '';
    return `${t(begin * 1000 > Date.now() ? 'lesson.at' : 'lesson.now', { time })} ${what}${place} · ${t(`lesson.who.${kind}`)}`;
  }

  /** Once a second, in the lobby only. */
  async #look() {
    const { model, media } = this.session;
    if (model.state !== 'off' && model.state !== 'refused')
      return;
    if (performance.now() - this.#knockedAt > (this.#knock === 'sent' ? AGAIN_MS : KNOCK_MS) && ['sent', 'heard'].includes(this.#knock))
      this.#knock = 'nobody';
    if (this.#ears === 'unknown')
      await this.#devices();
    this.ear.listen(media.tracks.audio);
    this.#dark = model.camera === 'on' && this.ear.isDark(this.selfView);
    this.render(model);
  }

  async #devices() {
    const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => null)) ?? [];
    this.#ears = earsOf(devices, this.session.media.tracks.audio?.getSettings().groupId ?? '');
  }
}
