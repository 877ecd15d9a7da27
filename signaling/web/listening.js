// Listening to a sound without playing any.

/**
 * A context without a loudspeaker: one with it keeps a stream of silence open there, which takes work, and whose coming and going
 * an echo canceller has to find its way through (Web Audio API: AudioContextOptions.sinkId). A browser that does not know this plays silence.
 * @param {AudioContextOptions} [options]
 */
export function listeningContext(options) {
  const silent = { ...options, sinkId: { type: 'none' } }; // not in the types of the DOM yet
  return new AudioContext(silent);
}
