// Listens to the class microphone on this page, for the bar and for what is wrong with it. Nothing leaves the page but a word.
import { listeningContext } from '/gedeeld/listening.js';
import { bar, FRAME_MS, MicLevel } from '/gedeeld/mic-level.js';

/** @import * as M from '/gedeeld/messages' */

export class MicMeter {
  /**
   * @param {Object} handlers
   * @param {(level: number) => void} handlers.onBar  0…1, ten times a second
   * @param {(level: M.MicLevel) => void} handlers.onLevel  at a change
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.context = listeningContext();
    this.analyser = new AnalyserNode(this.context, { fftSize: 4096 });
    this.samples = new Float32Array(this.analyser.fftSize);
    this.judge = new MicLevel();
    /** @type {MediaStreamAudioSourceNode|null} */
    this.source = null;
    this.paused = false;
    setInterval(() => this.#look(), FRAME_MS);
  }

  /** Another microphone, or none. @param {MediaStreamTrack|null} track */
  listen(track) {
    this.source?.disconnect();
    this.source = track && this.context.createMediaStreamSource(new MediaStream([track]));
    this.source?.connect(this.analyser);
    this.#forget();
  }

  /** Behind the curtain there is nothing to hear, and that is no fault. @param {boolean} paused */
  pause(paused) {
    if (this.paused === paused) return;
    this.paused = paused;
    this.judge = new MicLevel();
  }

  #forget() {
    const known = this.judge.level !== 'unknown';
    this.judge = new MicLevel();
    if (known) this.handlers.onLevel('unknown');
  }

  #look() {
    if (this.context.state !== 'running') return void this.context.resume();
    if (!this.source || this.paused) return this.handlers.onBar(0);
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    let peak = 0;
    for (const sample of this.samples) {
      sum += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    this.handlers.onBar(bar(peak));
    const before = this.judge.level;
    const level = this.judge.push({ rms: Math.sqrt(sum / this.samples.length), peak }, performance.now());
    if (level !== before) this.handlers.onLevel(level);
  }
}
