// Chimes when the agent says that the question reached a rung that does; never behind the curtain.
import { chime } from '/gedeeld/chime.js';

const MOST = 2; // an agent that was away does not make up for what it missed

export class ChimePlayer {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {number|null} how many the agent has counted; null: not told yet */
  #heard = null;

  /**
   * @param {number} chimes  the agent's count, which only grows while it runs
   * @param {boolean} allowed  not while the curtain is closed, and only while the question waits
   * @param {string} sink  the loudspeaker's id; "" is the system's own choice
   */
  follow(chimes, allowed, sink) {
    const more = chimes - (this.#heard ?? chimes);
    this.#heard = chimes;
    if (more > 0 && allowed) void this.#play(Math.min(more, MOST), sink);
  }

  /** @param {number} times @param {string} sink */
  async #play(times, sink) {
    this.#context ??= new AudioContext();
    const context = /** @type {AudioContext & {setSinkId?: (id: string) => Promise<void>}} */ (this.#context);
    // The lamp and the screen tell it too: without a loudspeaker this is no fault.
    await context.setSinkId?.(sink).catch(() => {});
    await context.resume();
    chime(context, times);
  }
}
