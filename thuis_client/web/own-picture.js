// The pupil's own picture, as much of it as the step of the ladder allows. The camera is held only by steps that need it;
// a raw picture leaves this file for one step only. What shows too much is taken away at once, what shows more comes later.
import { usesCamera } from '/gedeeld/aanwezig.js';

/** @import * as M from '/gedeeld/messages' */
/** @typedef {'on'|'off'|'absent'|'refused'} Device */
/** @typedef {{step: M.PresenceStep, shield: M.Shield, model: boolean}} Wanted */
/** @typedef {'net'|'oval'|'hidden'|''} Found  how the person is told from the room; '' where nobody is */

const VIDEO = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } };
const SILENT_MS = 6000; // the worker tells every second that pictures leave
const AGAIN_MS = 3000;

export class OwnPicture {
  /** @type {Wanted} */
  #wanted = { step: 'sound', shield: { on: false, left: 0, right: 1, top: 0 }, model: false };
  /** @type {MediaStreamTrack|null} */
  #camera = null;
  /** @type {Worker|null} */
  #worker = null;
  /** What was asked for before the rest. @type {Wanted|null} */
  #after = null;
  #turn = 0; // of the last wish; what was begun for an earlier one is dropped
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #patience;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** What the class gets. @type {MediaStreamTrack|null} */
    this.track = null;
    /** @type {Device} */
    this.state = 'off';
    /** @type {Found} */
    this.found = '';
    /** Whether this browser can make another picture of the camera's. */
    this.canMake = 'MediaStreamTrackProcessor' in globalThis && 'MediaStreamTrackGenerator' in globalThis;
  }

  /** @param {boolean} on  nothing leaves and the camera is let go of, whatever is asked for */
  rest(on) {
    const wanted = this.#after ?? this.#wanted;
    this.#after = null;
    this.set(on ? { ...wanted, step: 'sound' } : wanted);
    this.#after = on ? wanted : null;
  }

  /** @param {Wanted} wanted */
  set(wanted) {
    if (this.#after) {
      this.#after = wanted;
      return;
    }
    const before = this.#wanted;
    this.#wanted = wanted;
    if (!usesCamera(wanted.step))
      return this.#stop('off');
    const raw = isRaw(wanted);
    if (this.#worker && !raw) // before the next picture: the order of messages is kept
      this.#worker.postMessage({ wanted });
    if (this.state === 'on' && isRaw(before) === raw)
      return;
    this.#drop();
    void this.#start();
  }

  /** A camera that was absent or refused is asked for again. */
  again() {
    if (!usesCamera(this.#wanted.step) || this.state === 'on')
      return;
    this.#drop();
    void this.#start();
  }

  async #start() {
    const turn = ++this.#turn;
    if (!isRaw(this.#wanted) && !this.canMake)
      return this.#stop('absent');
    try {
      const camera = this.#camera ?? (await navigator.mediaDevices.getUserMedia({ video: VIDEO })).getVideoTracks()[0];
      if (turn !== this.#turn)
        return camera === this.#camera ? undefined : camera?.stop();
      if (!camera)
        return this.#stop('absent');
      this.#camera = camera;
      camera.onended = () => this.#stop('absent');
      if (isRaw(this.#wanted))
        return this.#give(camera);
      this.#make(camera, turn);
    } catch (error) {
      if (turn === this.#turn)
        this.#stop(error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'absent');
    }
  }

  /** @param {MediaStreamTrack} camera @param {number} turn */
  #make(camera, turn) {
    const { readable } = new MediaStreamTrackProcessor({ track: camera, maxBufferSize: 1 });
    const made = new MediaStreamTrackGenerator({ kind: 'video' });
    const worker = new Worker('/picture-worker.js', { type: 'module' });
    this.#worker = worker;
    const failed = () => {
      if (worker !== this.#worker)
        return;
      this.#stop('absent');
      setTimeout(() => turn === this.#turn - 1 && this.again(), AGAIN_MS); // the same step again, never another
    };
    worker.onerror = failed;
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker)
        return;
      clearTimeout(this.#patience);
      this.#patience = setTimeout(failed, SILENT_MS);
      const changed = this.found !== data.found;
      this.found = data.found;
      if (this.track !== made)
        this.#give(made);
      else if (changed)
        this.onChange();
    };
    this.#patience = setTimeout(failed, 2 * SILENT_MS);
    worker.postMessage({ wanted: this.#wanted, readable, writable: made.writable }, [readable, made.writable]);
  }

  /** @param {MediaStreamTrack} track */
  #give(track) {
    this.track = track;
    this.state = 'on';
    this.onChange();
  }

  /** Nothing leaves any more; the camera stays for who comes next. */
  #drop() {
    this.#turn += 1;
    clearTimeout(this.#patience);
    this.#worker?.terminate();
    this.#worker = null;
    this.found = '';
    if (this.track && this.track !== this.#camera)
      this.track.stop();
    this.track = null;
    if (this.state === 'on')
      this.state = 'off';
    this.onChange();
  }

  /** The camera's own light goes out. @param {Device} state */
  #stop(state) {
    this.state = state;
    if (this.#camera) {
      this.#camera.onended = null;
      this.#camera.stop();
      this.#camera = null;
    }
    this.#drop();
  }
}

/** @param {Wanted} wanted */
function isRaw({ step, shield }) {
  return step === 'picture' && !shield.on;
}
