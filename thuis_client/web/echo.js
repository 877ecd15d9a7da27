// Does the microphone hear the class? Four soft beeps, and whether the microphone follows them. What it hears stays here.

/** @typedef {'none'|'echo'|'noisy'|'failed'} Echo */

const HZ = 1000;
const BEEPS = 4;
const ON_MS = 250;
const OFF_MS = 250;
const LOOK_MS = 25;
const SETTLE_MS = 100; // a sound needs this long to get out and in again
const GAIN = 0.15;
const RISE_DB = 10;
const NOISE_DB = -45; // of the beeps' own pitch: above it nothing can be told
const FFT = 2048;

/**
 * @param {number[]} on   level of the beeps' pitch while they sounded, dB
 * @param {number[]} off  and between them
 * @returns {Echo}
 */
export function judgeEcho(on, off) {
  if (on.length === 0 || off.length === 0 || [...on, ...off].some(Number.isNaN))
    return 'failed';
  const rise = middle(on) - middle(off);
  if (rise >= RISE_DB)
    return 'echo';
  return middle(off) > NOISE_DB ? 'noisy' : 'none';
}

/** @param {MediaStreamTrack|null} microphone @returns {Promise<Echo>} after two seconds */
export async function testEcho(microphone) {
  if (!microphone || microphone.readyState !== 'live')
    return 'failed';
  const own = microphone.clone();
  own.enabled = true; // muted or not: nothing of it leaves the page
  const context = new AudioContext();
  try {
    await context.resume();
    const ear = new AnalyserNode(context, { fftSize: FFT, smoothingTimeConstant: 0 });
    new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([own]) }).connect(ear);
    const tone = new OscillatorNode(context, { frequency: HZ });
    const gain = new GainNode(context, { gain: 0 });
    tone.connect(gain).connect(context.destination);
    tone.start();
    const on = [];
    const off = [];
    for (let beep = 0; beep < BEEPS; beep++) {
      off.push(...(await listen(context, ear, gain, 0, OFF_MS)));
      on.push(...(await listen(context, ear, gain, GAIN, ON_MS)));
    }
    return judgeEcho(on, off);
  } finally {
    own.stop();
    await context.close();
  }
}

/** @param {AudioContext} context @param {AnalyserNode} ear @param {GainNode} gain @param {number} level @param {number} ms */
async function listen(context, ear, gain, level, ms) {
  gain.gain.setTargetAtTime(level, context.currentTime, 0.005); // without a click
  const bins = new Float32Array(ear.frequencyBinCount);
  const bin = Math.round((HZ * FFT) / context.sampleRate);
  const heard = [];
  for (let waited = 0; waited < ms; waited += LOOK_MS) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    ear.getFloatFrequencyData(bins);
    if (waited >= SETTLE_MS)
      heard.push(Math.max(-120, bins[bin] ?? -120));
  }
  return heard;
}

/** @param {number[]} values */
function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
