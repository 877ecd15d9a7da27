// Curtain, room change and switching off on the screen: how long still, what to do, in which room are we.
import { need, setIcon, show, Shown, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

const SOON_MS = 30_000; // from here the curtain is announced in large
const TICK_MS = 200;
const STEPS = ['step1', 'step2', 'step3'];
/** @type {Record<string, string[]>} which buttons each step has, the likeliest first */
const BUTTONS = {
  parked: ['there', 'stay'], arriving: ['not_yet'], arrived: ['stay'],
  going: [], demo: ['awake'], failed: ['awake'],
};
/** @type {Record<string, string>} */
const SIGNS = { parked: 'move', arriving: 'move', arrived: 'move', going: 'power', demo: 'power', failed: 'warn' };

export class KioskRoom {
  #shown = new Shown();
  /** @type {M.RoomScreen|null} */
  #told = null;
  #toldAt = 0;
  #curtain = false;

  /**
   * @param {Document} root
   * @param {(message: M.FromRoom) => void} send
   */
  constructor(root, send) {
    this.root = root;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    this.part = {
      panel: part('moving'), sign: part('moving-sign'), title: part('moving-title'), text: part('moving-text'), steps: part('moving-steps'),
      count: part('moving-count'), rooms: part('moving-rooms'), choices: part('moving-choices'),
      left: part('curtain-left'), time: part('curtain-time'), more: part('curtain-more'), keep: part('curtain-keep'), spoken: part('moving-spoken'),
    };
    this.part.panel.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      const { room, roomKey } = button?.dataset ?? {};
      if (room !== undefined) send({ type: 'enter_room', room });
      else if (isKey(roomKey)) send({ type: 'room_key', action: roomKey });
    });
    this.part.keep.addEventListener('click', () => send({ type: 'room_key', action: 'keep' }));
    root.addEventListener('keydown', (event) => this.#key(event));
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** @param {M.RoomScreen} message */
  told(message) {
    this.#told = message;
    this.#toldAt = performance.now();
  }

  /** What is above all else on the screen: '' while nothing of ours is. */
  get step() {
    const { off = 'on', moving = 'here' } = this.#told ?? {};
    return off === 'on' ? (moving === 'here' ? '' : moving) : off;
  }

  /** @param {{state: string, language: string}} model @returns {boolean} whether it covers the rest of the screen */
  render({ state, language }) {
    this.#curtain = state === 'curtain' && this.step === '';
    const { step } = this;
    if (this.#shown.changed('language', language)) {
      this.#shown.forget();
      this.#shown.changed('language', language);
    }
    const { rooms = [], room = '' } = this.#told ?? {};
    if (this.#shown.changed('step', step, room, ...rooms)) this.#showStep(step, rooms, room);
    this.#tick();
    return step !== '';
  }

  /** @param {string} step @param {string[]} rooms @param {string} room */
  #showStep(step, rooms, room) {
    const { part, root } = this;
    root.body.dataset.moving = step;
    show(part.panel, step !== '');
    if (step === '') return write(part.spoken, '');
    const kind = step in { parked: 1, arriving: 1, arrived: 1 } ? 'move' : 'off';
    setIcon(part.sign, SIGNS[step] ?? 'info');
    write(part.title, t(`${kind}.${step}.title`));
    write(part.text, t(`${kind}.${step}.text`));
    write(part.spoken, `${t(`${kind}.${step}.title`)}. ${t(`${kind}.${step}.text`)}`);
    show(part.steps, step === 'parked');
    part.steps.replaceChildren(...(step === 'parked' ? STEPS : []).map((number) =>
      Object.assign(root.createElement('li'), { textContent: t(`move.parked.${number}`) })));
    const asks = step === 'arriving' || step === 'arrived';
    show(part.rooms, asks);
    part.rooms.replaceChildren(...(asks ? [...rooms, ''] : []).map((name, index) => {
      const button = root.createElement('button');
      button.type = 'button';
      button.dataset.room = name;
      button.textContent = name || t('move.other');
      if (name && index < 9) button.setAttribute('aria-keyshortcuts', String(index + 1));
      button.setAttribute('aria-current', String(name !== '' && name === room));
      return button;
    }));
    const known = step === 'arrived' && rooms.includes(room); // it stands among the rooms already
    part.choices.replaceChildren(...(known ? [] : BUTTONS[step] ?? []).map((action) => {
      const button = root.createElement('button');
      button.type = 'button';
      button.dataset.roomKey = action;
      button.dataset.action = action;
      const words = action === 'awake' ? 'off.awake' : action === 'stay' && step === 'arrived' ? 'move.same' : `move.${action}`;
      button.textContent = t(words);
      return button;
    }));
    part.title.focus();
  }

  /** The times run on by themselves. */
  #tick() {
    const { part } = this;
    const told = this.#told;
    const passed = performance.now() - this.#toldAt;
    const arriving = told?.arriving_left_ms ?? null;
    show(part.count, this.step === 'arriving' && arriving !== null);
    if (arriving !== null) write(part.count, t('move.arriving.left', { seconds: Math.ceil(Math.max(0, arriving - passed) / 1000) }));
    show(part.left, this.#curtain);
    if (!told || !this.#curtain) {
      this.root.body.dataset.opening = 'false';
      return;
    }
    const left = told.curtain_left_ms === null ? null : Math.max(0, told.curtain_left_ms - passed);
    const soon = left !== null && left <= SOON_MS;
    this.root.body.dataset.opening = String(soon);
    show(part.keep, left !== null);
    show(part.time, left !== null);
    if (left !== null) write(part.time, soon ? String(Math.ceil(left / 1000)) : t('klas.curtain.left', { time: clock(left) }));
    const more = [told.restarted ? t('klas.curtain.restarted') : '', told.turned_away ? t('klas.curtain.away') : '', t('klas.curtain.who')];
    write(part.more, soon ? t('klas.curtain.soon') : more.filter(Boolean).join(' '));
    if (this.#shown.changed('soon', soon)) write(part.spoken, soon ? t('klas.curtain.soon') : '');
  }

  /** A number chooses the room of that place in the list. @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || this.part.rooms.hidden) return;
    const button = this.part.rooms.querySelectorAll('button')[Number(event.key) - 1];
    if (/^[1-9]$/.test(event.key) && button) button.click();
  }
}

/** @param {string|undefined} text @returns {text is M.RoomKey['action']} */
function isKey(text) {
  return text !== undefined && ['there', 'stay', 'not_yet', 'awake'].includes(text);
}

/** @param {number} ms @returns {string} 12:05 */
function clock(ms) {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
