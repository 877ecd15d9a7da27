// "Hulp": for what goes wrong three steps at most, then a number to call. Nothing technical unless asked for.
import { say, t } from '/gedeeld/teksten.js';
import { need, setIcon, show, write } from '/gedeeld/scherm.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { HomeModel } from '/view.js' */
/** @typedef {'in'|'see'|'hear'|'seen'|'heard'|'turn'} Topic */

const STEPS = 3;
/** @type {Record<Topic, string>} */
const ICONS = { in: 'enter', see: 'screen', hear: 'sound-off', seen: 'camera-off', heard: 'mic-off', turn: 'ptz' };
/** Which topic a fault belongs to; the first that fits is opened by itself. @type {[RegExp, Topic][]} */
const OF_CODE = [
  [/^(mic|speaker)_|sound_blocked/, 'heard'],
  [/^pupil_camera_|kiosk_absent/, 'seen'],
  [/^class_mic_/, 'hear'],
  [/^ptz_/, 'turn'],
  [/^(camera|board|smartboard)_/, 'see'],
];
const TOPICS = /** @type {Topic[]} */ (Object.keys(ICONS));

export class Help {
  /** @type {M.Phones} */
  #phones = { helpdesk: '', hours: '', school: '' };

  /** @param {Document} root @param {() => HomeModel} model */
  constructor(root, model) {
    this.root = root;
    this.model = model;
    this.dialog = need(root, '#hulp', HTMLDialogElement);
    this.part = {
      now: need(this.dialog, '.help-now', HTMLElement), topics: need(this.dialog, '.help-topics', HTMLElement),
      steps: need(this.dialog, 'ol', HTMLOListElement), call: need(this.dialog, '.help-call', HTMLElement),
      back: need(this.dialog, '[data-help="back"]', HTMLButtonElement), title: need(this.dialog, 'h2', HTMLElement),
      details: need(this.dialog, 'pre', HTMLElement),
    };
    this.dialog.addEventListener('click', ({ target }) => {
      const topic = target instanceof Element ? target.closest('button')?.dataset.help : undefined;
      if (topic) this.#show(TOPICS.find((known) => known === topic) ?? null);
    });
  }

  /** @param {M.Phones} phones */
  call(phones) {
    this.#phones = phones;
  }

  open() {
    this.#show(topicOf(this.model()));
    this.dialog.showModal();
  }

  /** @param {Topic|null} topic */
  #show(topic) {
    const { part, root } = this;
    const held = this.dialog.contains(root.activeElement);
    const { reason, notices } = this.model();
    const now = reason ? say('reason', reason) : notices[0] ? say('notice', notices[0]) : '';
    write(part.now, now);
    show(part.now, now !== '');
    write(part.title, t(topic ? `help.topic.${topic}` : 'help.title'));
    show(part.back, topic !== null);
    show(part.topics, topic === null);
    show(part.steps, topic !== null);
    part.topics.replaceChildren(...TOPICS.map((name) => this.#button(name)));
    const numbers = topic ? Array.from({ length: STEPS }, (_, index) => index + 1) : [];
    part.steps.replaceChildren(...numbers.map((number) => {
      const step = root.createElement('li');
      step.textContent = t(`help.${topic}.${number}`);
      return step;
    }));
    this.#showCall();
    write(part.details, this.#technical());
    if (held) (topic ? part.back : part.topics.querySelector('button'))?.focus();
  }

  /** @param {Topic} name */
  #button(name) {
    const button = this.root.createElement('button');
    const sign = this.root.createElement('span');
    setIcon(sign, ICONS[name]);
    button.type = 'button';
    button.dataset.help = name;
    button.append(sign, t(`help.topic.${name}`));
    return button;
  }

  #showCall() {
    const { helpdesk, hours, school } = this.#phones;
    const lines = [helpdesk ? t('help.call.number', { phone: helpdesk }) + (hours ? ` (${hours})` : '') : t('help.call')];
    if (school) lines.push(t('help.call.school', { phone: school }));
    lines.push(t('help.never'));
    this.part.call.replaceChildren(...lines.map((line) => {
      const row = this.root.createElement('p');
      row.textContent = line;
      return row;
    }));
  }

  /** For reading out on the telephone: states and codes; no address, no name. */
  #technical() {
    const { state, why, reason, notices, link, delayMs, mic, camera } = this.model();
    const facts = { state: why ?? state, reason: reason ?? '-', notices: notices.join(' ') || '-', link, delay: delayMs === null ? '-' : `${Math.round(delayMs)} ms`, mic, camera };
    return Object.entries(facts).map(([name, value]) => `${name}: ${value}`).join('\n');
  }
}

/** @param {HomeModel} model @returns {Topic|null} */
function topicOf({ state, reason, notices }) {
  if (state === 'refused' || (state === 'calling' && reason)) return 'in';
  for (const code of notices)
    for (const [codes, topic] of OF_CODE)
      if (codes.test(code)) return topic;
  return null;
}
