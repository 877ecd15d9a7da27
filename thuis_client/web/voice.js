// Being heard: level with advice, hold to talk, noise suppression, the echo test, and what the class says that it hears.
import { MicMeter } from '/gedeeld/mic-meter.js';
import { whileHeld } from '/gedeeld/ingedrukt.js';
import { need, show, Shown, write } from '/gedeeld/scherm.js';
import { language, t } from '/gedeeld/teksten.js';
import { testEcho } from '/echo.js';
import { Reach } from '/reach.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Echo } from '/echo.js' */
/** @import { OwnVoice } from '/own-voice.js' */
/** @import { Heard } from '/reach.js' */
/** @import { HomeModel } from '/view.js' */

const FORGET_MS = 3000; // without a word of the class nothing is known
const BAD = new Set(['silent', 'soft', 'clipping']);

export class Voice {
  #shown = new Shown();
  #reach = new Reach();
  #peak = 0;
  /** @type {Heard|null} */
  #heard = null;
  #heardAt = -Infinity;
  #open = false;
  /** @type {M.MicLevel} */
  #level = 'unknown';
  /** @type {MediaStreamTrack|null} */
  #track = null;
  /** @type {Echo|'runs'|'more'} */
  #echo = 'more';
  #live = false;

  /**
   * @param {Document} root
   * @param {OwnVoice} voice
   * @param {() => void} onChange
   */
  constructor(root, voice, onChange) {
    this.root = root;
    this.voice = voice;
    this.onChange = onChange;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.part = { panel: part('klank'), title: part('klank-titel'), advice: part('klank-advies'), reached: part('klank-klas'), echo: part('klank-echo') };
    this.meter = need(root, '#klank-meter', HTMLMeterElement);
    this.control = { mute: control('mute'), open: control('voice'), hold: control('voice-hold'), calm: control('voice-calm'), echo: control('voice-echo'), talk: control('talk') };
    this.listener = new MicMeter({
      onBar: (level) => this.#bar(level),
      onLevel: (level) => {
        this.#level = level;
        onChange();
      },
    });
    whileHeld(this.control.talk, 't', (on) => voice.hold(on));
    setInterval(() => this.#second(), 1000);
    this.part.panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.act('voice-done'));
  }

  /** Catalogue codes of what is worth a word in the lesson. @returns {string[]} */
  get notices() {
    const { state } = this.#reach;
    if (!this.#live)
      return [];
    if (state === 'unplayed' || (state === 'unheard' && this.#level !== 'silent'))
      return [state];
    return this.voice.state === 'on' && BAD.has(this.#level) ? [`voice_${this.#level}`] : [];
  }

  /** @param {M.HeardInClass} message */
  heard({ level_db, plays }) {
    this.#heard = { level_db, plays };
    this.#heardAt = performance.now();
  }

  /** @param {string} action @returns {boolean} whether it was one of these */
  act(action) {
    const { voice } = this;
    switch (action) {
      case 'voice':
      case 'voice-done':
        this.#open = action === 'voice' && !this.#open;
        this.onChange();
        requestAnimationFrame(() => (this.#open ? this.part.title : this.control.open).focus());
        return true;
      case 'voice-hold':
        voice.setHoldToTalk(!voice.holdToTalk);
        return true;
      case 'voice-calm':
        void voice.setCalm(!voice.calm);
        this.onChange();
        return true;
      case 'voice-echo':
        void this.#testEcho();
        return true;
      case 'mute':
        if (!voice.holdToTalk)
          void voice.toggle();
        return true;
    }
    return action === 'talk'; // held, not clicked
  }

  /** @param {HomeModel} model */
  render({ state, sound }) {
    const { voice, part, control } = this;
    this.#live = state === 'live' && sound;
    if (this.#track !== voice.track) {
      this.#track = voice.track;
      this.listener.listen(voice.track);
    }
    this.listener.pause(voice.state !== 'on');
    const level = voice.state !== 'on' ? 'off' : this.#level;
    const reached = voice.state === 'on' && this.#live ? this.#reach.state : 'unknown';
    if (!this.#shown.changed('all', language(), this.#open, level, reached, voice.holdToTalk, voice.calm, this.#echo, voice.state))
      return;
    show(part.panel, this.#open);
    control.open.setAttribute('aria-expanded', String(this.#open));
    show(control.mute, !voice.holdToTalk || !voice.track);
    show(control.talk, voice.holdToTalk && voice.track !== null);
    control.talk.setAttribute('aria-pressed', String(voice.state === 'on'));
    control.hold.setAttribute('aria-pressed', String(voice.holdToTalk));
    control.calm.setAttribute('aria-pressed', String(voice.calm));
    control.echo.disabled = this.#echo === 'runs';
    part.advice.dataset.level = level;
    write(part.advice, t(level === 'off' && voice.holdToTalk ? 'voice.hold.more' : `voice.${level}`));
    part.reached.dataset.reached = reached;
    write(part.reached, t(`voice.class.${reached}`));
    write(part.echo, t(`voice.echo.${this.#echo}`));
  }

  /** @param {number} level  0…1 of sixty decibels */
  #bar(level) {
    this.#peak = Math.max(this.#peak, level);
    this.control.mute.style.setProperty('--level', level.toFixed(2));
    this.control.talk.style.setProperty('--level', level.toFixed(2));
    if (this.#open)
      this.meter.value = level;
  }

  #second() {
    const heard = performance.now() - this.#heardAt < FORGET_MS ? this.#heard : null;
    const before = this.#reach.state;
    const peak_db = 60 * (this.#peak - 1);
    this.#peak = 0;
    const speaks = this.#live && this.voice.state === 'on' && this.root.visibilityState === 'visible';
    if (this.#reach.step(speaks ? peak_db : null, heard) !== before)
      this.onChange();
  }

  async #testEcho() {
    this.#echo = 'runs';
    this.onChange();
    this.#echo = await testEcho(this.voice.track).catch(() => /** @type {const} */ ('failed'));
    this.onChange();
  }
}
