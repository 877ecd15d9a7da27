// The sound of the classroom in one place: microphones, loudspeaker, what is noticed about them, the mirror and the three words.
import { Ears } from '/ears.js';
import { Loudness } from '/gedeeld/geluidssterkte.js';
import { Mirror } from '/gedeeld/spiegel.js';
import { Loudspeaker } from '/loudspeaker.js';
import { RoomSound } from '/room-sound.js';
import { SoundBar } from '/sound-bar.js';
import { WordsAsked } from '/words-asked.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Talk } from '/talk.js' */

const LOW = 3; // of 10: not to be heard at the back
/** A curtain, or an agent that restarts, is no end of the lesson. */
const OVER = new Set(['ready', 'fault']);
const HOWL_STEPS = 2; // 6 dB less breaks most loops
const TOLD_MS = 20_000; // a howl that was stopped is told this long

export class SoundDesk {
  #howled = false;
  #soft = false;
  #lesson = false;
  #said = '';
  #pupilSpeaks = false;
  #loudness = new Loudness();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #told;

  /**
   * @param {Document} root
   * @param {HTMLVideoElement} video  what shows the pupil and plays the voice
   * @param {Talk} talk
   * @param {Object} handlers
   * @param {(message: M.KioskSound) => boolean} handlers.send
   * @param {(track: MediaStreamTrack|null) => void} handlers.onTrack
   * @param {() => void} handlers.onChange
   */
  constructor(root, video, talk, handlers) {
    this.video = video;
    this.talk = talk;
    this.handlers = handlers;
    const changed = () => this.#changed();
    this.speaker = new Loudspeaker(video, changed);
    this.room = new RoomSound({
      onTrack: (track) => {
        this.ears.listenTo(this.room.heard);
        handlers.onTrack(track);
      },
      onChange: changed,
    });
    this.ears = new Ears({
      onHowl: () => this.#stopHowl(),
      onSoft: (soft) => {
        this.#soft = soft;
        this.#tell();
      },
      onHeard: (db) => this.#tellHeard(db),
      pupil: () => (this.#pupilSpeaks ? talk.receiver('audio') : null),
    });
    this.mirror = new Mirror({
      send: (message) => void handlers.send(message),
      sendBack: (on) => talk.sendBack(on),
      figures: () => this.#figures(),
      onChange: changed,
    });
    this.words = new WordsAsked(root, (message) => void handlers.send(message));
    this.bar = new SoundBar(root, this);
  }

  /** @returns {M.DeviceState} */
  get microphone() {
    return this.room.microphone;
  }

  /** @param {M.Screen} screen  with the names that the settings give */
  async open({ class_microphone, room_microphone, loudspeaker }) {
    await this.room.open(class_microphone, room_microphone);
    // Names of loudspeakers, too, are only told once a microphone was allowed.
    await this.speaker.open(loudspeaker).catch(() => {});
  }

  /** @param {string} action @returns {boolean} whether it was one of the sound */
  act(action) {
    switch (action) {
      case 'louder':
      case 'softer':
        this.speaker.setLevel(this.speaker.level + (action === 'louder' ? 1 : -1));
        return true;
      case 'groepswerk':
        this.room.setGroepswerk(!this.room.groepswerk);
        return true;
      case 'words':
        this.words.ask();
        return true;
      case 'words-stop':
        this.words.stop();
        return true;
    }
    return action === 'mirror'; // held, not clicked
  }

  /** @param {M.Mirror | M.Reflection | M.Words} message  from the pupil's page */
  received(message) {
    if (!this.#lesson)
      return;
    if (message.type === 'words')
      this.words.received(message);
    else
      this.mirror.received(message);
  }

  /** @param {M.Screen} screen  @param {boolean} closed  the curtain */
  render(screen, closed) {
    const lesson = screen.state === 'live' && !closed;
    if (this.#lesson && !lesson) {
      this.mirror.stop();
      this.words.stop();
    }
    if (OVER.has(screen.state))
      this.room.setGroepswerk(false);
    this.#lesson = lesson;
    this.#pupilSpeaks = this.talk.isUp && screen.mic === 'on';
    this.bar.render(screen.state);
    this.#tell();
  }

  /** The agent is there (again) and knows nothing yet. */
  tellAgain() {
    this.#said = '';
    this.#tell();
  }

  #changed() {
    this.#tell();
    this.handlers.onChange();
  }

  #tell() {
    const { room, speaker } = this;
    /** @type {Record<M.RoomNotice, boolean>} */
    const all = {
      howls: this.#howled,
      class_mic_other: room.isOther,
      speaker_other: speaker.isOther,
      room_mic_absent: room.roomAbsent,
      speaker_low: this.#pupilSpeaks && speaker.level <= LOW,
      pupil_soft: this.#soft,
      groepswerk: room.groepswerk,
    };
    const notices = /** @type {M.RoomNotice[]} */ (Object.keys(all)).filter((name) => all[name]);
    const said = notices.join();
    if (said !== this.#said && this.handlers.send({ type: 'room_sound', notices }))
      this.#said = said;
  }

  #stopHowl() {
    this.#howled = true;
    this.speaker.setLevel(this.speaker.level - HOWL_STEPS);
    clearTimeout(this.#told);
    this.#told = setTimeout(() => {
      this.#howled = false;
      this.#tell();
    }, TOLD_MS);
  }

  /** The pupil is told whether it is heard. @param {number|null} db */
  #tellHeard(db) {
    const { paused, muted } = this.video;
    if (this.#lesson)
      this.handlers.send({ type: 'heard_in_class', level_db: db ?? -120, plays: !paused && !muted && !this.speaker.isAbsent });
  }

  /** What this page gets of the pupil. */
  async #figures() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const level_db = (await this.#loudness.since(this.talk.receiver('audio'))) ?? -120;
    return { width, height, fps: await this.talk.pictureRate(), level_db };
  }
}
