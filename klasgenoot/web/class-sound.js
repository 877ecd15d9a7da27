// The class microphone: a real one by (part of) its name, or a generated sound where the set is simulated.

import { find } from '/sound-devices.js';

// Without noise suppression: the sounds of a class are what is missed at home.
const AUDIO = { echoCancellation: true, noiseSuppression: false, autoGainControl: true };
const TONE = /^sim:toon:(\d+)$/;

/** @typedef {{track: MediaStreamTrack, id: string, label: string, named: boolean}} Microphone */

/**
 * @param {string} name  "" is the system's choice, `sim:klas` a generated class, `sim:toon:880` a tone of 880 Hz
 * @returns {Promise<Microphone>} of that name, or the system's choice; rejects when there is no microphone at all
 */
export async function openMicrophone(name) {
  const tone = TONE.exec(name);
  if (tone)
    return { track: generated((context) => steady(context, Number(tone[1]))), id: name, label: name, named: true };
  if (name === 'sim:klas')
    return { track: generated(murmur), id: name, label: name, named: true };
  let found = await find('audioinput', name);
  if (name !== '' && found?.label === '') {
    // Names are only told once a microphone was allowed: ask for any, look, let go of it again.
    const any = await navigator.mediaDevices.getUserMedia({ audio: true });
    found = await find('audioinput', name);
    for (const track of any.getTracks())
      track.stop();
  }
  const audio = found?.id ? { ...AUDIO, deviceId: { exact: found.id } } : AUDIO;
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const [track] = stream.getAudioTracks();
  if (!track)
    throw new DOMException('no microphone', 'NotFoundError');
  return { track, id: track.getSettings().deviceId ?? '', label: track.label, named: found?.named ?? name === '' };
}

/** @param {(context: AudioContext) => AudioNode} make */
function generated(make) {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  make(context).connect(out);
  void context.resume();
  const [track] = out.stream.getAudioTracks();
  if (!track)
    throw new DOMException('no generated sound', 'NotFoundError');
  return track;
}

/** @param {AudioContext} context @param {number} hertz */
function steady(context, hertz) {
  const tone = new OscillatorNode(context, { frequency: hertz });
  const level = new GainNode(context, { gain: 0.2 });
  tone.connect(level);
  tone.start();
  return level;
}

/** A teacher who talks without words over a class that murmurs: vowels and pauses. @param {AudioContext} context */
function murmur(context) {
  const out = new GainNode(context, { gain: 0.5 });
  const noise = new AudioBuffer({ length: context.sampleRate * 2, sampleRate: context.sampleRate });
  noise.getChannelData(0).forEach((_, i, samples) => { samples[i] = Math.random() * 2 - 1; });
  const room = new AudioBufferSourceNode(context, { buffer: noise, loop: true });
  const soft = new BiquadFilterNode(context, { type: 'bandpass', frequency: 400, Q: 0.5 });
  room.connect(soft).connect(new GainNode(context, { gain: 0.05 })).connect(out);
  room.start();

  const voice = new OscillatorNode(context, { type: 'sawtooth', frequency: 140 });
  const mouth = new GainNode(context, { gain: 0 });
  const vowels = [[730, 1090], [270, 2290], [300, 870], [530, 1840], [570, 840]];
  const formants = [0, 1].map(() => new BiquadFilterNode(context, { type: 'bandpass', frequency: 500, Q: 8 }));
  for (const formant of formants)
    voice.connect(formant).connect(mouth);
  mouth.connect(out);
  voice.start();
  const say = () => {
    const at = context.currentTime;
    const vowel = vowels[Math.floor(Math.random() * vowels.length)] ?? [500, 1500];
    formants.forEach((formant, i) => formant.frequency.setTargetAtTime(vowel[i] ?? 500, at, 0.03));
    voice.frequency.setTargetAtTime(120 + Math.random() * 50, at, 0.1);
    mouth.gain.setTargetAtTime(Math.random() < 0.2 ? 0 : 0.6, at, 0.02);
    mouth.gain.setTargetAtTime(0, at + 0.12, 0.03);
    setTimeout(say, 160 + Math.random() * 120);
  };
  say();
  return out;
}
