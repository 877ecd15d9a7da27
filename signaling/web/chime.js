// The chime of a question: two soft tones, made here. No file, no recording.

const TONES_HZ = [784, 587]; // a falling third and more: friendly, and no alarm
const APART_S = 0.28;
const LASTS_S = 1.1;
const AGAIN_S = 1.6; // from the start of one chime to that of the next
const LEVEL = 0.16;

/**
 * @param {AudioContext} context
 * @param {number} times
 */
export function chime(context, times) {
  for (let count = 0; count < times; count += 1) {
    TONES_HZ.forEach((hertz, index) => tone(context, hertz, context.currentTime + count * AGAIN_S + index * APART_S));
  }
}

/** A tone that swells in 30 ms and fades as a bell does. @param {AudioContext} context @param {number} hertz @param {number} at */
function tone(context, hertz, at) {
  const level = new GainNode(context, { gain: 0 });
  level.gain.setValueAtTime(0, at);
  level.gain.linearRampToValueAtTime(LEVEL, at + 0.03);
  level.gain.exponentialRampToValueAtTime(0.001, at + LASTS_S);
  const source = new OscillatorNode(context, { frequency: hertz });
  source.connect(level).connect(context.destination);
  source.start(at);
  source.stop(at + LASTS_S);
}
