// Judges a microphone by its signal alone. Pure: what it hears and the time are arguments.
// A quiet class is no fault: "too soft" needs speech, "silent" a signal that no open microphone has.

/** @typedef {import('/gedeeld/messages').MicLevel} Level */
/** @typedef {{rms: number, peak: number}} Heard  about a tenth of a second; 1 is full scale */

export const FRAME_MS = 100;
const GAP_MS = 1000; // the page stood still: what was heard before tells nothing about now

const DIGITAL_PEAK = 1e-5; // -100 dB: no preamplifier is this quiet, a muted one is
const DIGITAL_MS = 3000;
const OPEN_MS = 800; // this long a signal again: it was un-muted
const FLOOR_DB = -72; // below the noise of any room with a class in it
const FLOOR_MS = 20_000;
const AWAKE_DB = -66;

const WINDOW = 100; // frames: ten seconds, a few sentences
const SPEECH_OVER_DB = 12; // voice over the room
const RISE_DB = 9;
const FALL_DB = 6;
const RISES = [6, 70]; // syllables and words in ten seconds; a hum has none, a slammed door one
const SHARE = [0.08, 0.85]; // of the time somebody's voice is there
const SOFT_DB = -45;
const LOUD_ENOUGH_DB = -40;
const SOFT_FRAMES = 60;
const BACK_FRAMES = 10;

const CLIPPED_PEAK = 0.99;
const CLIPPED_WINDOW_MS = 5000;
const CLIPPED_FRAMES = 5;
const VOICE_DB = -40;
const CLEAN_FRAMES = 80; // of a voice, without one that clips
const FORGOTTEN_MS = 120_000;

export class MicLevel {
  constructor() {
    /** @type {Level} */
    this.level = 'unknown';
    this.last = 0;
    this.#restart(0);
  }

  /** @type {number[]} */ #window = [];
  /** @type {number[]} */ #clips = [];
  #soundAt = 0; // last frame that was not digital silence
  #loudAt = 0; // last frame above the floor
  #openSince = 0;
  #softFor = 0;
  #enoughFor = 0;
  #cleanFor = 0;
  #digital = false;

  /** @param {number} now */
  #restart(now) {
    this.#window = [];
    this.#clips = [];
    this.#soundAt = this.#loudAt = this.#openSince = now;
    this.#softFor = this.#enoughFor = this.#cleanFor = 0;
  }

  /**
   * @param {Heard} heard
   * @param {number} now  milliseconds
   * @returns {Level}
   */
  push({ rms, peak }, now) {
    if (!Number.isFinite(rms) || !Number.isFinite(peak)) return this.level;
    if (this.last === 0 || now - this.last > GAP_MS || now < this.last) this.#restart(now);
    this.last = now;
    const db = decibel(rms);
    this.level = this.#silent(peak, db, now) ?? this.#clipping(peak, db, now) ?? this.#soft(db) ?? 'good';
    return this.level;
  }

  /** @param {number} peak @param {number} db @param {number} now @returns {Level|null} */
  #silent(peak, db, now) {
    if (peak < DIGITAL_PEAK) this.#openSince = now;
    else this.#soundAt = now;
    if (db >= (this.level === 'silent' && !this.#digital ? AWAKE_DB : FLOOR_DB)) this.#loudAt = now;
    if (now - this.#soundAt >= DIGITAL_MS) this.#digital = true;
    else if (this.#digital && now - this.#openSince >= OPEN_MS) {
      this.#digital = false;
      this.#loudAt = now; // un-muted in a quiet room: the room gets its time again
    }
    if (!this.#digital && now - this.#loudAt < FLOOR_MS) return null;
    this.#window = [];
    return 'silent';
  }

  /** @param {number} peak @param {number} db @param {number} now @returns {Level|null} */
  #clipping(peak, db, now) {
    if (peak >= CLIPPED_PEAK) {
      this.#clips.push(now);
      this.#cleanFor = 0;
    } else if (db > VOICE_DB) this.#cleanFor += 1;
    const newest = this.#clips.at(-1) ?? -Infinity;
    if (this.level === 'clipping') {
      const over = this.#cleanFor >= CLEAN_FRAMES || now - newest > FORGOTTEN_MS;
      this.#clips = over ? [] : [newest];
      return over ? null : 'clipping';
    }
    this.#clips = this.#clips.filter((at) => now - at < CLIPPED_WINDOW_MS);
    return this.#clips.length >= CLIPPED_FRAMES ? 'clipping' : null;
  }

  /** @param {number} db @returns {Level|null} */
  #soft(db) {
    this.#window.push(db);
    if (this.#window.length > WINDOW) this.#window.shift();
    const voice = voiceIn(this.#window);
    if (voice !== null) {
      this.#softFor = voice < SOFT_DB ? this.#softFor + 1 : 0;
      this.#enoughFor = voice > LOUD_ENOUGH_DB ? this.#enoughFor + 1 : 0;
    }
    if (this.level === 'soft') return this.#enoughFor >= BACK_FRAMES ? null : 'soft';
    return this.#softFor >= SOFT_FRAMES ? 'soft' : null;
  }
}

/**
 * How loud the voice in these frames is, or null when nobody seems to speak: voice comes and goes several times a second.
 * @param {number[]} frames  decibels
 * @returns {number|null}
 */
export function voiceIn(frames) {
  if (frames.length < WINDOW) return null;
  const sorted = [...frames].sort((a, b) => a - b);
  const room = sorted[Math.floor(0.2 * frames.length)] ?? 0;
  const voice = sorted[Math.floor(0.95 * frames.length)] ?? 0;
  if (voice - room < SPEECH_OVER_DB) return null;
  let rises = 0;
  let above = false;
  let loud = 0;
  for (const db of frames) {
    if (!above && db > room + RISE_DB) rises += 1;
    above = db > room + (above ? FALL_DB : RISE_DB);
    loud += Number(above);
  }
  const share = loud / frames.length;
  const speaks = within(rises, RISES) && within(share, SHARE);
  return speaks ? voice : null;
}

/** @param {number} value @param {number[]} bounds */
function within(value, [least = 0, most = 0]) {
  return value >= least && value <= most;
}

/** @param {number} amplitude  0…1 @returns {number} */
export function decibel(amplitude) {
  return 20 * Math.log10(Math.max(amplitude, 1e-7));
}

/**
 * How far a level bar is filled: nothing at -60 dB, all of it at full scale.
 * @param {number} peak @returns {number} 0…1
 */
export function bar(peak) {
  return Math.min(1, Math.max(0, 1 + decibel(peak) / 60));
}
