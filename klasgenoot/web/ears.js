// Listens along: to the class for howling, to the pupil for a voice that is too soft. Judges nothing itself.
import { Howl } from '/howl.js';
import { Loudness } from '/gedeeld/geluidssterkte.js';
import { listeningContext } from '/gedeeld/listening.js';
import { Softness } from '/softness.js';

const LOOK_MS = 100;
const BINS = 1024; // 23 Hz each: a howl and its neighbours

export class Ears {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {AnalyserNode|null} */
  #analyser = null;
  /** @type {MediaStreamAudioSourceNode|null} */
  #source = null;
  #howl = new Howl();
  #softness = new Softness();
  #loudness = new Loudness();
  #spectrum = new Float32Array(BINS);

  /**
   * @param {Object} handlers
   * @param {() => void} handlers.onHowl
   * @param {(soft: boolean) => void} handlers.onSoft
   * @param {(db: number|null) => void} handlers.onHeard  once a second; null when nothing was played
   * @param {() => RTCRtpReceiver|null} handlers.pupil  the receiver of a voice that is on, or null
   */
  constructor(handlers) {
    this.handlers = handlers;
    setInterval(() => this.#listen(), LOOK_MS);
    setInterval(() => void this.#hearPupil(), 1000);
  }

  /** @param {MediaStreamTrack|null} track  of the class, as its microphone gives it */
  listenTo(track) {
    this.#source?.disconnect();
    this.#source = null;
    if (!track)
      return;
    // Nobody waits for this one: large blocks spare the processor.
    this.#context ??= listeningContext({ latencyHint: 'playback' });
    this.#analyser ??= new AnalyserNode(this.#context, { fftSize: 2 * BINS, smoothingTimeConstant: 0 });
    this.#source = new MediaStreamAudioSourceNode(this.#context, { mediaStream: new MediaStream([track]) });
    this.#source.connect(this.#analyser);
    void this.#context.resume();
  }

  #listen() {
    if (!this.#source || !this.#analyser)
      return;
    this.#analyser.getFloatFrequencyData(this.#spectrum);
    if (this.#howl.step(this.#spectrum, performance.now()))
      this.handlers.onHowl();
  }

  async #hearPupil() {
    const receiver = this.handlers.pupil();
    const db = await this.#loudness.since(receiver);
    if (receiver)
      this.handlers.onHeard(db);
    this.handlers.onSoft(this.#softness.step(receiver ? db ?? -Infinity : null));
  }
}
