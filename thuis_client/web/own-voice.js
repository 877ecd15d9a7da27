// The pupil's own microphone: asked for once, switched without letting go of it; while "hold to talk" is on it is open only
// for as long as the key is held.

/** @import { Device } from '/own-picture.js' */

export class OwnVoice {
  #wanted = true; // what the switch says
  #held = false;
  #resting = false;
  #turn = 0;
  #calm = true; // noise suppression

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {MediaStreamTrack|null} */
    this.track = null;
    /** @type {Device} */
    this.fault = 'off'; // why there is none
    this.holdToTalk = false;
  }

  /** @returns {Device} */
  get state() {
    return this.track ? (this.track.enabled ? 'on' : 'off') : this.fault;
  }

  get calm() {
    return this.#calm;
  }

  /** The switch is off, also while a rest or no microphone hides it. */
  get muted() {
    return !this.#wanted;
  }

  /** @param {{muted: boolean, holds: boolean}} switches */
  set({ muted, holds }) {
    this.#wanted = !muted;
    this.holdToTalk = holds;
    this.#apply();
  }

  async open() {
    const turn = ++this.#turn;
    const constraints = { echoCancellation: true, noiseSuppression: this.#calm, autoGainControl: true };
    try {
      const track = (await navigator.mediaDevices.getUserMedia({ audio: constraints })).getAudioTracks()[0] ?? null;
      if (turn !== this.#turn)
        return track?.stop();
      this.#close();
      this.track = track;
      this.fault = 'absent';
      if (track)
        track.onended = () => {
          this.#close();
          this.onChange();
        };
    } catch (error) {
      if (turn !== this.#turn)
        return;
      this.#close();
      this.fault = error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'absent';
    }
    this.#apply();
  }

  /** Mute or unmute; a microphone that was absent or refused is asked for again. */
  async toggle() {
    if (!this.track)
      return this.open();
    this.#wanted = !this.#wanted;
    this.#apply();
  }

  /** @param {boolean} on */
  setHoldToTalk(on) {
    this.holdToTalk = on;
    this.#held = false;
    this.#apply();
  }

  /** @param {boolean} on */
  hold(on) {
    this.#held = on;
    if (this.holdToTalk)
      this.#apply();
  }

  /** @param {boolean} on  silent, whatever the switch says */
  rest(on) {
    this.#resting = on;
    this.#apply();
  }

  /** Somebody who rested speaks again. */
  speak() {
    this.#wanted = true;
    this.rest(false);
  }

  /** @param {boolean} on  noise suppression; browsers take it only from a microphone that was closed and is opened anew */
  async setCalm(on) {
    this.#calm = on;
    if (!this.track)
      return;
    this.#close();
    await this.open();
  }

  #apply() {
    if (this.track) // Replacing the track would look like its end to the other side.
      this.track.enabled = !this.#resting && (this.holdToTalk ? this.#held : this.#wanted);
    this.onChange();
  }

  #close() {
    if (!this.track)
      return;
    this.track.onended = null;
    this.track.stop();
    this.track = null;
    this.fault = 'absent';
  }
}
