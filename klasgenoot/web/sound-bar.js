// The row of sound buttons under the picture, and what it says.
import { whileHeld } from '/gedeeld/ingedrukt.js';
import { need, setIcon, show, Shown, write } from '/gedeeld/scherm.js';
import { MirrorView } from '/gedeeld/spiegel-beeld.js';
import { language, t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { SoundDesk } from '/sound-desk.js' */

const STEPS = 10;

export class SoundBar {
  #shown = new Shown();

  /**
   * @param {Document} root
   * @param {SoundDesk} desk
   */
  constructor(root, desk) {
    this.desk = desk;
    this.bar = need(root, '#soundbar', HTMLElement);
    this.used = need(root, '#sound-used', HTMLElement);
    this.level = need(root, '#sound-level', HTMLElement);
    this.level.append(...Array.from({ length: STEPS }, () => root.createElement('i')));
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.control = { softer: control('softer'), louder: control('louder'), groepswerk: control('groepswerk'), words: control('words') };
    this.glass = new MirrorView(root);
    whileHeld(this.glass.button, 'm', (on) => desk.mirror.hold(on));
  }

  /** @param {M.Screen['state']} state */
  render(state) {
    const { desk, control } = this;
    const { room, speaker } = desk;
    const live = state === 'live';
    const track = desk.talk.receiver('video')?.track ?? null;
    this.glass.render(desk.mirror, track, live && desk.talk.isUp);
    if (!this.#shown.changed('bar', state, room.microphone, room.label, room.isOther, room.groepswerk, speaker.label, speaker.isOther, speaker.level, desk.talk.isUp, language()))
      return;
    show(this.bar, live || state === 'ready');
    const microphone = room.microphone === 'on' ? called(room) : t('sound.none');
    write(this.used, t('sound.used', { microphone, speaker: called(speaker) }));
    this.level.dataset.level = String(speaker.level);
    this.level.setAttribute('aria-label', t('sound.level', { level: speaker.level }));
    [...this.level.children].forEach((bar, i) => bar.classList.toggle('on', i < speaker.level));
    show(control.groepswerk, live);
    control.groepswerk.setAttribute('aria-pressed', String(room.groepswerk));
    setIcon(need(control.groepswerk, '[data-icon]', HTMLElement), room.groepswerk ? 'check' : 'group');
    write(need(control.groepswerk, '.label', HTMLElement), t(room.groepswerk ? 'sound.groepswerk.on' : 'sound.groepswerk'));
    show(control.words, live && desk.talk.isUp);
    desk.words.render();
  }
}

/** What to call a device: its name, unless that says nothing. @param {{label: string, isOther: boolean}} device */
function called({ label, isOther }) {
  if (label !== '' && label !== 'Default')
    return label;
  return t(isOther ? 'sound.other' : 'sound.usual');
}
