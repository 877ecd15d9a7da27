// Looks once a second how many packets of the voice were lost, and has it sent twice while there are many.
import { Losses } from '/gedeeld/voice.js';

/** @import { Count } from '/gedeeld/voice.js' */

const LOOK_MS = 1000;

export class VoiceLine {
  #losses = new Losses();
  #timer;

  /**
   * @param {RTCRtpTransceiver} audio  of a call that is up
   * @param {(twice: boolean) => Promise<void>} onChange  the voice is to be sent twice, or once again
   */
  constructor(audio, onChange) {
    this.audio = audio;
    this.onChange = onChange;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  /** The call is over. */
  stop() {
    clearInterval(this.#timer);
  }

  async #look() {
    const [received, sent] = await Promise.all([this.audio.receiver.getStats(), this.audio.sender.getStats()]);
    /** @type {Count|null} */
    let came = null;
    let told = 0;
    for (const report of received.values())
      if (report.type === 'inbound-rtp')
        came = { received: report.packetsReceived ?? 0, lost: report.packetsLost ?? 0 };
    for (const report of sent.values())
      if (report.type === 'remote-inbound-rtp')
        told = report.fractionLost ?? 0;
    if (this.#losses.step(came, told, performance.now()))
      await this.onChange(this.#losses.twice).catch(() => {}); // the call ended meanwhile
  }
}
