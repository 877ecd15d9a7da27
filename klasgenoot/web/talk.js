// The talk leg seen from the classroom: answers the pupil, plays picture and voice, sends the class sound.
import { addCandidate, certificateHolds, FILE_CHANNEL, localSdp, trickle } from '/gedeeld/peer.js';
import { atOnce } from '/gedeeld/voice.js';
import { VoiceLine } from '/gedeeld/voice-line.js';

/** @import * as M from '/gedeeld/messages' */

const MIRROR_BPS = 400_000; // enough for the pupil's picture, and the class sound goes first

export class Talk {
  /**
   * @param {Object} handlers
   * @param {(stream: MediaStream|null) => void} handlers.onStream  the pupil's picture and voice
   * @param {() => void} handlers.onChange
   * @param {(ice: M.IceCandidate) => void} handlers.onCandidate
   * @param {(channel: RTCDataChannel) => void} handlers.onFiles  once the laptop's certificate was looked at
   */
  constructor(handlers) {
    this.handlers = handlers;
    /** @type {RTCPeerConnection|null} */
    this.pc = null;
    /** @type {MediaStreamTrack|null} */
    this.classSound = null;
    this.verified = false;
    /** @type {VoiceLine|null} */
    this.voice = null;
    /** @type {RTCDataChannel|null} */
    this.files = null;
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
    // An element that waits for a picture plays no sound: a pupil without a camera would not be heard.
    pc.ontrack = ({ track }) => {
      if (track.kind === 'audio' || !track.muted)
        stream.addTrack(track);
      else
        track.addEventListener('unmute', () => stream.addTrack(track), { once: true });
    };
    pc.ondatachannel = ({ channel }) => this.#channelOpened(pc, channel);
    pc.onconnectionstatechange = async () => {
      const connected = pc.connectionState === 'connected';
      const holds = connected && (this.verified || await certificateHolds(pc, sdp).catch(() => false));
      if (this.pc !== pc)
        return;
      if (connected && !holds)
        return this.close();
      if (holds && !this.verified) {
        this.verified = true;
        const audio = this.#transceiver('audio');
        this.voice = audio ? new VoiceLine(audio, (twice) => this.#describe(pc, sdp, twice)) : null;
        this.handlers.onStream(stream);
        this.setClassSound(this.classSound);
        if (this.files)
          this.handlers.onFiles(this.files);
      }
      this.handlers.onChange();
    };
    const flush = trickle(pc, this.handlers.onCandidate);
    await pc.setRemoteDescription({ type: 'offer', sdp: atOnce(sdp) });
    const audio = pc.getTransceivers().find((t) => t.receiver.track.kind === 'audio');
    if (audio)
      audio.direction = 'sendrecv';
    const video = pc.getTransceivers().find((t) => t.receiver.track.kind === 'video');
    if (video)
      video.direction = 'sendrecv'; // nothing goes that way but the pupil's own picture, for as long as the mirror is held
    for (const ice of this.waiting.splice(0))
      await addCandidate(pc, ice);
    await pc.setLocalDescription();
    const answer = await localSdp(pc);
    setTimeout(flush, 0, answer);
    return answer;
  }

  /** Anew, to this side alone. @param {RTCPeerConnection} pc @param {string} sdp  the verified offer @param {boolean} twice */
  async #describe(pc, sdp, twice) {
    await pc.setRemoteDescription({ type: 'offer', sdp: atOnce(sdp, twice) });
    await pc.setLocalDescription();
  }

  /** @param {RTCPeerConnection} pc @param {RTCDataChannel} channel */
  #channelOpened(pc, channel) {
    if (this.pc !== pc || channel.label !== FILE_CHANNEL || this.files)
      return channel.close();
    this.files = channel;
    if (this.verified)
      this.handlers.onFiles(channel);
  }

  /** @param {MediaStreamTrack|null} track */
  setClassSound(track) {
    this.classSound = track;
    if (!this.verified)
      return; // nobody hears the class before the laptop's certificate was looked at
    void this.#transceiver('audio')?.sender.replaceTrack(track);
  }

  /** @param {'audio'|'video'} kind @returns {RTCRtpReceiver|null} */
  receiver(kind) {
    return this.#transceiver(kind)?.receiver ?? null;
  }

  /** The pupil's own picture goes back, as it arrived here. @param {boolean} on */
  async sendBack(on) {
    const video = this.#transceiver('video');
    if (!video || !this.verified)
      return;
    const parameters = video.sender.getParameters();
    for (const encoding of parameters.encodings)
      encoding.maxBitrate = MIRROR_BPS;
    await video.sender.setParameters(parameters).catch(() => {});
    await video.sender.replaceTrack(on ? video.receiver.track : null);
  }

  /** Pictures a second that arrive from the pupil. */
  async pictureRate() {
    for (const report of (await this.receiver('video')?.getStats())?.values() ?? [])
      if (report.type === 'inbound-rtp')
        return report.framesPerSecond ?? 0;
    return 0;
  }

  /** @param {'audio'|'video'} kind */
  #transceiver(kind) {
    return this.pc?.getTransceivers().find((t) => t.receiver.track.kind === kind);
  }

  /** @param {M.IceCandidate} ice */
  async candidate(ice) {
    if (this.pc?.remoteDescription)
      await addCandidate(this.pc, ice);
    else if (this.waiting.length < 50)
      this.waiting.push(ice);
  }

  close() {
    this.voice?.stop();
    this.voice = null;
    this.pc?.close();
    this.pc = null;
    this.files = null;
    this.verified = false;
    this.handlers.onStream(null);
    this.handlers.onChange();
  }
}
