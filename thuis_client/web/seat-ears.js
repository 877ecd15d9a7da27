// Before the lesson only: whether anything comes out of this laptop's own microphone and camera. Nothing of it is kept.
import { listeningContext } from '/gedeeld/listening.js';

/** @import { Seen } from '/seat-check.js' */

const VOICE = 0.03; // a voice at a headset, far above the noise of a room
const DIGITAL = 1e-5; // no open microphone is this quiet, a muted one is
const NOTHING_MS = 5000;
const DARK = 10; // of 255; a room in the evening is brighter than a closed lid
const LOOKS = 3; // cameras begin with a black picture

export class SeatEars {
  /** @type {Seen['voice']} */
  voice = 'waiting';
  /** @type {MediaStreamTrack|null} */
  #track = null;
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {AnalyserNode|null} */
  #ear = null;
  #since = 0;
  #dark = 0;
  #canvas = new OffscreenCanvas(16, 9);

  /** @param {MediaStreamTrack|null} track */
  listen(track) {
    if (track !== this.#track) {
      this.stop();
      this.#track = track;
      this.#open(track);
    }
    const ear = this.#ear;
    if (!ear || this.#context?.state !== 'running' || !track?.enabled) {
      this.#since = performance.now();
      return;
    }
    const samples = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    if (peak > VOICE)
      this.voice = 'heard';
    else if (peak > DIGITAL)
      this.#since = performance.now();
    if (this.voice !== 'heard')
      this.voice = performance.now() - this.#since > NOTHING_MS ? 'nothing' : 'waiting';
  }

  /** @param {HTMLVideoElement} video  this pupil's own picture */
  isDark(video) {
    const pen = this.#canvas.getContext('2d', { willReadFrequently: true });
    if (!video.videoWidth || !pen)
      return false;
    pen.drawImage(video, 0, 0, 16, 9);
    const { data } = pen.getImageData(0, 0, 16, 9);
    const brightest = data.reduce((most, value, index) => (index % 4 === 3 ? most : Math.max(most, value)), 0);
    this.#dark = brightest < DARK ? this.#dark + 1 : 0;
    return this.#dark >= LOOKS;
  }

  stop() {
    void this.#context?.close();
    this.#context = this.#ear = this.#track = null;
    this.voice = 'waiting';
  }

  /** @param {MediaStreamTrack|null} track */
  #open(track) {
    this.#since = performance.now();
    if (!track)
      return;
    this.#context = listeningContext();
    this.#ear = new AnalyserNode(this.#context, { fftSize: 16_384 }); // a third of a second
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#ear);
  }
}
