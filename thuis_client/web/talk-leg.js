// The talk leg seen from home: the pupil's picture and voice go out, the class sound comes in.
import { addCandidate, certificateHolds, FILE_CHANNEL, localSdp, trickle } from '/gedeeld/peer.js';
import { atOnce } from '/gedeeld/voice.js';
import { VoiceLine } from '/gedeeld/voice-line.js';

/** @import * as M from '/gedeeld/messages' */

const BACK_SMALLER = 2; // the class picture, for a line that was made for the pupil's

export class TalkLeg {
  /**
   * @param {RTCConfiguration} configuration
   * @param {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} tracks
   * @param {(ice: M.IceCandidate) => void} onCandidate
   * @param {(sound: MediaStream) => void} onSound  once it may be heard; an element that was given a stream without tracks stays mute
   * @param {(channel: RTCDataChannel) => void} onFiles  once something may be sent
   */
  constructor(configuration, tracks, onCandidate, onSound, onFiles) {
    this.pc = new RTCPeerConnection(configuration);
    this.onSound = onSound;
    this.onFiles = onFiles;
    this.files = this.pc.createDataChannel(FILE_CHANNEL);
    const audio = this.pc.addTransceiver('audio', { direction: 'sendrecv' });
    // What comes back on this line is the pupil's own picture, for as long as the mirror is held.
    const video = this.pc.addTransceiver('video', { direction: 'sendrecv' });
    this.senders = { audio: audio.sender, video: video.sender };
    this.receivers = { audio: audio.receiver, video: video.receiver };
    /** @type {MediaStreamTrack|null} the class picture, while the class looks how it comes across */
    this.back = null;
    this.tracks = tracks;
    this.verified = false;
    this.answer = '';
    this.pc.onconnectionstatechange = () => void this.verify(audio);
    /** @type {VoiceLine|null} */
    this.voice = null;
    this.flush = trickle(this.pc, onCandidate);
    this.told = '';
    /** @type {M.IceCandidate[]} */
    this.waiting = [];
  }

  /** @param {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} tracks */
  setTracks(tracks) {
    this.tracks = tracks;
    if (this.verified)
      this.send();
  }

  /** Nothing is sent or heard before the set's certificate was looked at. @private @param {RTCRtpTransceiver} audio */
  async verify(audio) {
    if (this.pc.connectionState !== 'connected' || this.verified)
      return;
    const holds = await certificateHolds(this.pc, this.answer).catch(() => false);
    if (!holds)
      return this.close();
    if (this.verified || this.pc.signalingState === 'closed')
      return; // looked at twice, or ended meanwhile: nothing would stop the looking at its line
    this.verified = true;
    this.voice = new VoiceLine(audio, (twice) => this.describe(twice));
    this.onSound(new MediaStream([audio.receiver.track]));
    this.onFiles(this.files);
    this.send();
  }

  /** The class picture goes back instead of the pupil's own, as it arrived here. @param {MediaStreamTrack|null} track */
  sendBack(track) {
    this.back = track;
    if (this.verified)
      this.send();
  }

  /** @private */
  send() {
    const video = () => this.senders.video.replaceTrack(this.back ?? this.tracks.video); // as things are then: nothing late shows more
    void this.senders.audio.replaceTrack(this.tracks.audio);
    if (!this.back)
      void video(); // what may not be seen any more does not wait
    const parameters = this.senders.video.getParameters();
    for (const encoding of parameters.encodings)
      encoding.scaleResolutionDownBy = this.back ? BACK_SMALLER : 1;
    void this.senders.video.setParameters(parameters).catch(() => {}).then(video);
  }

  get isUp() {
    return this.verified && this.pc.connectionState === 'connected';
  }

  /** Whether a leg is there that is still worth waiting for. */
  get isAlive() {
    return ['new', 'connecting', 'connected'].includes(this.pc.connectionState);
  }

  /** @returns {Promise<string>} */
  async offer() {
    await this.pc.setLocalDescription();
    this.told = await localSdp(this.pc);
    return this.told;
  }

  /** @param {string} sdp */
  async answered(sdp) {
    this.answer = sdp;
    await this.pc.setRemoteDescription({ type: 'answer', sdp: atOnce(sdp) });
    this.flush(this.told);
    for (const ice of this.waiting.splice(0))
      await addCandidate(this.pc, ice);
  }

  /** Anew, to this side alone. @private @param {boolean} twice */
  async describe(twice) {
    await this.pc.setLocalDescription();
    await this.pc.setRemoteDescription({ type: 'answer', sdp: atOnce(this.answer, twice) });
  }

  /** @param {M.IceCandidate} ice */
  async candidate(ice) {
    if (this.pc.remoteDescription)
      await addCandidate(this.pc, ice);
    else if (this.waiting.length < 50)
      this.waiting.push(ice);
  }

  close() {
    this.voice?.stop();
    this.pc.close();
  }
}
