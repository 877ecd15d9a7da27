// The microphones of the class as one track. Each comes with its own echo cancelling already: it takes place before this.
import { Ducking } from '/ducking.js';

const LOOK_MS = 25;
const GROEPSWERK_GAIN = 2.5; // +8 dB: voices a metre from a microphone on the table
const STEP_BACK_S = 0.015;
const COME_BACK_S = 0.2;

export class Mixer {
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;

  /**
   * @param {MediaStreamTrack} teacher
   * @param {MediaStreamTrack|null} room
   * @param {boolean} groepswerk  the teacher's microphone lies on the table: everybody counts as much
   */
  constructor(teacher, room, groepswerk) {
    this.context = new AudioContext({ latencyHint: 'interactive' });
    const { context } = this;
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    const gain = groepswerk ? GROEPSWERK_GAIN : 1;
    // What two microphones add up to may not clip.
    const limit = new DynamicsCompressorNode(context, { threshold: -6, knee: 3, ratio: 20, attack: 0.002, release: 0.1 });
    limit.connect(out);
    const ears = [teacher, room].map((track) => track && this.#connect(track, gain, limit));
    const [first, second] = ears;
    if (first && second && !groepswerk) {
      const ducking = new Ducking();
      this.#timer = setInterval(() => {
        const wanted = ducking.step(first.level(), second.level(), performance.now());
        const param = second.volume.gain;
        param.setTargetAtTime(wanted, context.currentTime, wanted < 1 ? STEP_BACK_S : COME_BACK_S);
      }, LOOK_MS);
    }
    this.track = /** @type {MediaStreamTrack} */ (out.stream.getAudioTracks()[0]);
  }

  /** @returns {Promise<boolean>} false where the browser lets no sound be computed yet */
  async run() {
    await Promise.race([this.context.resume(), new Promise((done) => setTimeout(done, 500))]);
    return this.context.state === 'running';
  }

  close() {
    clearInterval(this.#timer);
    this.track.stop();
    void this.context.close();
  }

  /** @param {MediaStreamTrack} track @param {number} gain @param {AudioNode} out */
  #connect(track, gain, out) {
    const source = new MediaStreamAudioSourceNode(this.context, { mediaStream: new MediaStream([track]) });
    const volume = new GainNode(this.context, { gain });
    const analyser = new AnalyserNode(this.context, { fftSize: 1024 });
    source.connect(volume).connect(out);
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
      volume,
      level: () => {
        analyser.getFloatTimeDomainData(samples);
        return 10 * Math.log10(samples.reduce((sum, x) => sum + x * x, 0) / samples.length + 1e-12);
      },
    };
  }
}
