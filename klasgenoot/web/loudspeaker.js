// The loudspeaker of the class: by (part of) its name, the system's own choice while that is unplugged, and how loud it is.
import { find } from '/sound-devices.js';

const LOUDEST = 10;
const STEP_DB = 3;
const USUAL = 8; // leaves two steps for a busy class
// The level belongs to this screen and the loudspeaker at it, and to nobody's lesson: the page remembers it, the agent need not know.
const REMEMBERED = 'klasgenoot-luidspreker';
const LOOK_MS = 3000; // not every system tells that a loudspeaker was plugged in

export class Loudspeaker {
  #name = '';
  #sink = '';

  /**
   * @param {HTMLMediaElement} element  what plays the pupil's voice
   * @param {() => void} onChange
   */
  constructor(element, onChange) {
    this.element = element;
    this.onChange = onChange;
    this.label = '';
    this.isOther = false;
    this.isAbsent = false;
    this.level = remembered();
    this.#apply();
  }

  /** 1..10 @param {number} level */
  setLevel(level) {
    this.level = clamp(level);
    this.#apply();
    try {
      localStorage.setItem(REMEMBERED, String(this.level));
    } catch {
      // A browser that keeps nothing still plays at this level.
    }
    this.onChange();
  }

  /** To be called once a microphone was allowed: before, no names are told. @param {string} name */
  open(name) {
    this.#name = name;
    navigator.mediaDevices.addEventListener('devicechange', () => void this.refresh());
    setInterval(() => void this.refresh(), LOOK_MS);
    return this.refresh();
  }

  async refresh() {
    const found = await find('audiooutput', this.#name);
    const sink = found?.id ?? '';
    try {
      if (sink !== this.#sink)
        await this.element.setSinkId(sink);
      this.#sink = sink;
    } catch {
      return; // gone again meanwhile: the next look tells
    }
    const other = found !== null && !found.named;
    const absent = found === null;
    if (other === this.isOther && absent === this.isAbsent && (found?.label ?? '') === this.label)
      return;
    this.isAbsent = absent;
    this.isOther = other;
    this.label = found?.label ?? '';
    this.onChange();
  }

  #apply() {
    this.element.volume = 10 ** (((this.level - LOUDEST) * STEP_DB) / 20);
  }
}

/** @param {number} level */
function clamp(level) {
  return Math.min(LOUDEST, Math.max(1, Math.round(level)));
}

function remembered() {
  try {
    const level = Number(localStorage.getItem(REMEMBERED) ?? USUAL);
    return Number.isFinite(level) ? clamp(level) : USUAL;
  } catch {
    return USUAL;
  }
}
