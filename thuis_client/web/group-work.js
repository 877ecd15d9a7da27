// Group work at home: who speaks, by the levels of the class sound and of the own microphone, and the signals in the open.
import { moveTo, need, show, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import { Session } from '/session.js' */
/** @import { HomeModel } from '/view.js' */

const LOOK_MS = 250;
const SPEAKS = 0.02; // of full scale, as the browser's levels go: a voice, not the hum of a room
const HOLD_MS = 900; // a pause between words

export class GroupWork {
  #on = false;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  #heardAt = -HOLD_MS;
  #saidAt = -HOLD_MS;

  /**
   * @param {Document} root
   * @param {Session} session
   */
  constructor(root, session) {
    this.root = root;
    this.session = session;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    this.part = { bar: part('group'), speaks: part('group-speaks'), signals: part('signals'), inBar: part('group-signals'), inPanel: part('signal-slot') };
  }

  /** @param {HomeModel} model */
  render({ state, notices, view }) {
    const on = state === 'live' && notices.includes('groepswerk');
    show(this.part.bar, on && view === 'klas'); // the tools of the board stand there else
    moveTo(this.part.signals, on && view === 'klas' ? this.part.inBar : this.part.inPanel);
    if (on === this.#on)
      return;
    this.#on = on;
    this.root.body.dataset.groepswerk = String(on);
    clearInterval(this.#timer);
    if (on)
      this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#say();
  }

  async #look() {
    const now = performance.now();
    const { talk } = this.session;
    if ((talk?.receivers.audio.getSynchronizationSources()[0]?.audioLevel ?? 0) > SPEAKS)
      this.#heardAt = now;
    for (const report of (await talk?.senders.audio.getStats())?.values() ?? [])
      if (report.type === 'media-source' && (report.audioLevel ?? 0) > SPEAKS)
        this.#saidAt = now;
    this.#say();
  }

  #say() {
    const now = performance.now();
    const who = now - this.#saidAt < HOLD_MS ? 'you' : now - this.#heardAt < HOLD_MS ? 'class' : 'nobody';
    this.part.speaks.dataset.who = who;
    write(this.part.speaks, t(`groep.${who}`));
  }
}
