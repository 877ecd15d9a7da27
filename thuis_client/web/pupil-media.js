// The pupil's own microphone and picture: what the class gets of both, and how they are.
import { LEAST } from '/gedeeld/aanwezig.js';
import { OwnPicture } from '/own-picture.js';
import { OwnVoice } from '/own-voice.js';

/** @import * as M from '/gedeeld/messages' */
/** @typedef {import('/own-picture.js').Device} Device */

export class PupilMedia {
  /** @param {() => void} onChange */
  constructor(onChange) {
    /** As the class is told. @type {M.Presence} */
    this.presence = LEAST;
    this.picture = new OwnPicture(onChange);
    this.voice = new OwnVoice(onChange);
    this.resting = false; // nothing goes out, whatever is switched on
  }

  /** @returns {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} */
  get tracks() {
    return { audio: this.voice.track, video: this.picture.track };
  }

  /** @returns {{audio: Device, video: Device}} */
  get state() {
    return { audio: this.voice.state, video: this.picture.state };
  }

  /** @returns {M.Microphone} */
  get switches() {
    return { muted: this.voice.muted, holds: this.voice.holdToTalk, resting: this.resting };
  }

  /** @param {M.Microphone} switches */
  set switches(switches) {
    this.voice.set(switches);
    this.rest(switches.resting);
  }

  /** Something was plugged in or out: what was missing is asked for again. */
  plugged() {
    if (this.state.audio === 'absent')
      void this.voice.open();
    if (this.state.video === 'absent')
      this.picture.again();
  }

  /** Send nothing for a while, and then what was sent before: nothing more. @param {boolean} on */
  rest(on) {
    if (on === this.resting)
      return;
    this.resting = on;
    this.picture.rest(on);
    this.voice.rest(on);
  }
}
