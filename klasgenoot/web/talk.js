// The talk leg seen from the classroom: answers the pupil, plays picture and voice, sends the class sound.
import { addCandidate, certificateHolds, localSdp, trickle } from '/gedeeld/peer.js';

/** @import * as M from '/gedeeld/messages' */

export class Talk {
  /**
   * @param {Object} handlers
   * @param {(stream: MediaStream|null) => void} handlers.onStream  the pupil's picture and voice
   * @param {() => void} handlers.onChange
   * @param {(ice: M.IceCandidate) => void} handlers.onCandidate
   */
  constructor(handlers) {
    this.handlers = handlers;
    /** @type {RTCPeerConnection|null} */
    this.pc = null;
    /** @type {MediaStreamTrack|null} */
    this.classSound = null;
    this.verified = false;
    /** @type {M.IceCandidate[]} */
    this.waiting = [];
  }

  get isUp() {
    return this.verified && this.pc?.connectionState === 'connected';
  }

  /**
   * @param {string} sdp  the verified offer
   * @param {RTCConfiguration} configuration
   * @returns {Promise<string>} the answer
   */
  async answer(sdp, configuration) {
    this.close();
    const pc = new RTCPeerConnection(configuration);
    this.pc = pc;
    const stream = new MediaStream();
    pc.ontrack = ({ track }) => stream.addTrack(track);
    pc.onconnectionstatechange = async () => {
      const connected = pc.connectionState === 'connected';
      const holds = connected && (this.verified || await certificateHolds(pc, sdp).catch(() => false));
      if (this.pc !== pc)
        return;
      if (connected && !holds)
        return this.close();
      if (holds && !this.verified) {
        this.verified = true;
        this.handlers.onStream(stream);
        this.setClassSound(this.classSound);
      }
      this.handlers.onChange();
    };
    const flush = trickle(pc, this.handlers.onCandidate);
    await pc.setRemoteDescription({ type: 'offer', sdp });
    const audio = pc.getTransceivers().find((t) => t.receiver.track.kind === 'audio');
    if (audio)
      audio.direction = 'sendrecv';
    for (const ice of this.waiting.splice(0))
      await addCandidate(pc, ice);
    await pc.setLocalDescription();
    const answer = await localSdp(pc);
    setTimeout(flush, 0, answer);
    return answer;
  }

  /** @param {MediaStreamTrack|null} track */
  setClassSound(track) {
    this.classSound = track;
    if (!this.verified)
      return; // nobody hears the class before the laptop's certificate was looked at
    const audio = this.pc?.getTransceivers().find((t) => t.receiver.track.kind === 'audio');
    void audio?.sender.replaceTrack(track);
  }

  /** @param {M.IceCandidate} ice */
  async candidate(ice) {
    if (this.pc?.remoteDescription)
      await addCandidate(this.pc, ice);
    else if (this.waiting.length < 50)
      this.waiting.push(ice);
  }

  close() {
    this.pc?.close();
    this.pc = null;
    this.verified = false;
    this.handlers.onStream(null);
    this.handlers.onChange();
  }
}
