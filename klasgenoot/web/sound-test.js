// "Do you hear the sound?": three made notes on the class's loudspeaker, and the answer of whoever stands there.
import { need } from '/gedeeld/scherm.js';

const NOTES_HZ = [523.25, 659.25, 783.99];
const NOTE_S = 0.45;
const LOUDNESS = 0.35;
/** @type {Record<string, boolean>} */
const KEYS = { j: true, y: true, n: false };

export class SoundTest {
  /**
   * @param {Document} root
   * @param {Object} handlers
   * @param {() => string} handlers.sink  the loudspeaker's id, "" for the system's own
   * @param {(heard: boolean) => void} handlers.onHeard
   */
  constructor(root, handlers) {
    this.handlers = handlers;
    this.dialog = need(root, '#sound-test', HTMLDialogElement);
    this.dialog.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      const action = button?.dataset.heard;
      if (action === 'again') void this.#play();
      else if (action) this.#answer(action === 'yes');
    });
    this.dialog.addEventListener('keydown', (event) => {
      const heard = KEYS[event.key.toLowerCase()];
      if (heard === undefined || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      event.preventDefault();
      this.#answer(heard);
    });
  }

  start() {
    if (!this.dialog.open) this.dialog.showModal();
    void this.#play();
  }

  /** A lesson begins: the question is no longer put. */
  stop() {
    if (this.dialog.open) this.dialog.close();
  }

  /** @param {boolean} heard */
  #answer(heard) {
    this.dialog.close();
    this.handlers.onHeard(heard);
  }

  async #play() {
    const context = new AudioContext();
    const sink = this.handlers.sink();
    if (sink) await /** @type {any} */ (context).setSinkId(sink).catch(() => {}); // not in the types of the DOM yet
    await context.resume();
    const start = context.currentTime + 0.05;
    NOTES_HZ.forEach((frequency, i) => {
      const at = start + i * NOTE_S;
      const note = new OscillatorNode(context, { frequency });
      const level = new GainNode(context, { gain: 0 });
      level.gain.setTargetAtTime(LOUDNESS, at, 0.02);
      level.gain.setTargetAtTime(0, at + NOTE_S, 0.08);
      note.connect(level).connect(context.destination);
      note.start(at);
      note.stop(at + 2 * NOTE_S);
      if (i === NOTES_HZ.length - 1) note.onended = () => void context.close();
    });
  }
}
