// The pupil's own microphone and camera: asked for once, switched without letting go of them.

/** @typedef {'on'|'off'|'absent'|'refused'} Device */

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } };

export class PupilMedia {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} */
    this.tracks = { audio: null, video: null };
    /** @type {{audio: Device, video: Device}} */
    this.state = { audio: 'off', video: 'off' };
    this.stream = new MediaStream();
    this.resting = false; // nothing goes out, whatever is switched on
    /** What was on when the rest began. @type {{audio: boolean, video: boolean}} */
    this.before = { audio: false, video: false };
  }

  /** Ask for both, and take either alone if that is what there is. */
  async open() {
    await Promise.all([this.take('audio', { audio: AUDIO }), this.take('video', { video: VIDEO })]);
    this.onChange();
  }

  /**
   * @private
   * @param {'audio'|'video'} kind
   * @param {MediaStreamConstraints} constraints
   */
  async take(kind, constraints) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints);
      const track = stream.getTracks()[0] ?? null;
      this.tracks[kind] = track;
      this.state[kind] = track ? 'on' : 'absent';
      if (!track)
        return;
      this.stream.addTrack(track);
      if (this.resting) {
        track.enabled = false;
        this.state[kind] = 'off';
      }
      track.onended = () => {
        this.stream.removeTrack(track);
        this.tracks[kind] = null;
        this.state[kind] = 'absent';
        this.onChange();
      };
    } catch (error) {
      const refused = error instanceof DOMException && error.name === 'NotAllowedError';
      this.state[kind] = refused ? 'refused' : 'absent';
    }
  }

  /** Send nothing for a while, and then what was sent before: nothing more. @param {boolean} on */
  rest(on) {
    if (on === this.resting)
      return;
    this.resting = on;
    for (const kind of /** @type {const} */ (['audio', 'video'])) {
      if (on)
        this.before[kind] = this.state[kind] === 'on';
      const track = this.tracks[kind];
      if (!track)
        continue;
      track.enabled = !on && this.before[kind];
      this.state[kind] = track.enabled ? 'on' : 'off';
    }
    this.onChange();
  }

  /**
   * Mute or unmute; a device that was absent or refused is asked for again.
   * @param {'audio'|'video'} kind
   */
  async toggle(kind) {
    if (this.resting) { // whoever switches one on by hand joins in again with that one
      this.before = { audio: kind === 'audio', video: kind === 'video' };
      return this.rest(false);
    }
    const track = this.tracks[kind];
    if (track) {
      // Replacing the track would look like its end to the other side.
      track.enabled = !track.enabled;
      this.state[kind] = track.enabled ? 'on' : 'off';
    } else {
      await this.take(kind, kind === 'audio' ? { audio: AUDIO } : { video: VIDEO });
    }
    this.onChange();
  }
}
