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

  /** Send nothing for a while, and then what was sent before: nothing more. @param {boolean} on */
  rest(on) {
    if (on === this.resting)
      return;
    this.resting = on;
    this.picture.rest(on);
    this.voice.rest(on);
  }
}
