// The camera leg seen from home: the class picture comes in, steering and questions go out.
import { addCandidate, certificateHolds, localSdp, trickle } from '/gedeeld/peer.js';

/** @import * as M from '/gedeeld/messages' */

/**
 * @typedef {Object} LegHandlers
 * @property {(leg: CameraLeg) => void} onVerified   it is the set's own certificate: show the picture
 * @property {(leg: CameraLeg) => void} onStranger   it is not: nothing was shown
 * @property {(leg: CameraLeg) => void} onOpen       the control channel is up
 * @property {(leg: CameraLeg) => void} onGone       the connection failed or was closed
 * @property {(leg: CameraLeg, message: M.FromSet | M.FromClass | M.ToSeat) => void} onMessage
 * @property {(data: string|ArrayBuffer) => void} onFile   a piece of a photo of the board
 * @property {(ice: M.IceCandidate) => void} onCandidate
 */

export class CameraLeg {
  /**
   * @param {RTCConfiguration} configuration
   * @param {LegHandlers} handlers
   */
  constructor(configuration, handlers) {
    this.handlers = handlers;
    this.pc = new RTCPeerConnection(configuration);
    this.control = this.pc.createDataChannel('control');
    // Late steering is worth nothing: never retransmitted, never waited for.
    this.steering = this.pc.createDataChannel('steer', { ordered: false, maxRetransmits: 0 });
    this.files = this.pc.createDataChannel('file');
    this.files.binaryType = 'arraybuffer';
    this.files.onmessage = ({ data }) => handlers.onFile(data);
    const transceiver = this.pc.addTransceiver('video', { direction: 'recvonly' });
    this.receiver = transceiver.receiver;
    this.stream = new MediaStream([this.receiver.track]);
    this.flush = trickle(this.pc, handlers.onCandidate);
    this.told = '';
    /** @type {M.IceCandidate[]} */
    this.waiting = [];
    this.closed = false;
    this.boot = ''; // of the set that this leg leads to
    this.verified = false;
    this.answer = '';
    this.control.onopen = () => this.verified && handlers.onOpen(this);
    this.control.onclose = () => this.gone();
    this.control.onmessage = ({ data }) => handlers.onMessage(this, JSON.parse(data));
    this.pc.onconnectionstatechange = () => {
      if (this.pc.connectionState === 'failed')
        this.gone();
      else if (this.pc.connectionState === 'connected' && !this.verified)
        void this.verify();
    };
  }

  /** Nothing is shown or sent before this. @private */
  async verify() {
    const holds = await certificateHolds(this.pc, this.answer).catch(() => false);
    if (this.closed || this.verified)
      return;
    if (!holds)
      return this.handlers.onStranger(this);
    this.verified = true;
    this.handlers.onVerified(this);
    if (this.isOpen)
      this.handlers.onOpen(this);
  }

  /** @returns {Promise<string>} the offer to be signed */
  async offer() {
    await this.pc.setLocalDescription();
    this.told = await localSdp(this.pc);
    return this.told;
  }

  /** @param {string} sdp  the verified answer */
  async answered(sdp) {
    this.answer = sdp;
    await this.pc.setRemoteDescription({ type: 'answer', sdp });
    this.flush(this.told);
    for (const ice of this.waiting.splice(0))
      await addCandidate(this.pc, ice);
  }

  /** @param {M.IceCandidate} ice */
  async candidate(ice) {
    if (this.pc.remoteDescription)
      await addCandidate(this.pc, ice);
    else if (this.waiting.length < 50)
      this.waiting.push(ice);
  }

  get isOpen() {
    return this.verified && this.control.readyState === 'open';
  }

  /** @param {M.FromPupil | M.BothWays | M.FromSeat} message */
  send(message) {
    if (this.isOpen)
      this.control.send(JSON.stringify(message));
  }

  /** @param {M.Steer} message */
  steer(message) {
    const text = JSON.stringify(message);
    if (this.verified && this.steering.readyState === 'open')
      this.steering.send(text);
    // The first push and the Stop must not get lost: they go the reliable way as well.
    if (this.isOpen && (!this.moving || isStill(message)))
      this.control.send(text);
    this.moving = !isStill(message);
  }

  /** @private */
  gone() {
    if (!this.closed)
      this.handlers.onGone(this);
  }

  close() {
    this.closed = true;
    this.pc.close();
  }
}

/** @param {{pan: number, tilt: number, zoom: number}} motion */
function isStill({ pan, tilt, zoom }) {
  return pan === 0 && tilt === 0 && zoom === 0;
}
