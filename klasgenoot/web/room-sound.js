// What the class sends: the teacher's microphone, that of the room where there is one, mixed to one track. Comes back by itself
// after a plug was pulled, with the system's own choice until the one that the settings name is there again.
import { openMicrophone } from '/class-sound.js';
import { Mixer } from '/mixer.js';
import { find } from '/sound-devices.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Microphone } from '/class-sound.js' */

const RETRY_MS = 3000; // not every system tells that a microphone was plugged in

export class RoomSound {
  /** @type {Microphone|null} */
  #teacher = null;
  /** @type {Microphone|null} */
  #room = null;
  /** @type {Mixer|null} */
  #mixer = null;
  #names = { teacher: '', room: '' };
  #groepswerk = false;
  #busy = false;
  #again = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #retry;

  /**
   * @param {Object} handlers
   * @param {(track: MediaStreamTrack|null) => void} handlers.onTrack  what is to be sent
   * @param {() => void} handlers.onChange
   */
  constructor(handlers) {
    this.handlers = handlers;
    /** @type {M.DeviceState} */
    this.microphone = 'absent';
    this.roomAbsent = false;
  }

  get label() {
    return this.#teacher?.label ?? '';
  }

  /** Whether another microphone than the one of the settings is in use. */
  get isOther() {
    return this.#teacher?.named === false;
  }

  get groepswerk() {
    return this.#groepswerk;
  }

  /** What is heard before anything is mixed. */
  get heard() {
    return this.#teacher?.track ?? null;
  }

  /** @param {string} teacher @param {string} room  "" without one */
  open(teacher, room) {
    this.#names = { teacher, room };
    navigator.mediaDevices.addEventListener('devicechange', () => void this.refresh());
    return this.refresh();
  }

  /** @param {boolean} on */
  setGroepswerk(on) {
    if (on === this.#groepswerk)
      return;
    this.#groepswerk = on;
    void this.#mix();
    this.handlers.onChange();
  }

  /** The microphone is only silent: take it anew, or another if it is gone. */
  reopen() {
    if (this.#names.teacher.startsWith('sim:'))
      return;
    this.#teacher?.track.stop();
    return this.refresh();
  }

  /** Take what is there now; one at a time. */
  async refresh() {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    do {
      this.#again = false;
      const changed = [await this.#takeTeacher(), await this.#takeRoom()];
      if (changed.includes(true))
        await this.#mix();
    } while (this.#again);
    this.#busy = false;
    this.handlers.onChange();
    clearTimeout(this.#retry);
    if (!this.#teacher || this.isOther || this.roomAbsent)
      this.#retry = setTimeout(() => void this.refresh(), RETRY_MS);
  }

  /** @returns {Promise<boolean>} whether another track is in use now */
  async #takeTeacher() {
    const { teacher: name } = this.#names;
    const now = this.#teacher;
    if (now?.track.readyState === 'live' && (now.named || !(await find('audioinput', name))?.named))
      return false;
    try {
      this.#teacher = this.#watched(await openMicrophone(name));
      this.microphone = 'on';
    } catch (error) {
      this.#teacher = null;
      this.microphone = error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'absent';
    }
    now?.track.stop();
    return true;
  }

  /** @returns {Promise<boolean>} */
  async #takeRoom() {
    const { room: name } = this.#names;
    const now = this.#room;
    if (name === '' || now?.track.readyState === 'live' && now.id !== this.#teacher?.id)
      return false;
    const found = await openMicrophone(name).catch(() => null);
    const useful = found !== null && found.named && found.id !== this.#teacher?.id;
    if (!useful)
      found?.track.stop();
    now?.track.stop();
    this.#room = useful ? this.#watched(found) : null;
    this.roomAbsent = !useful;
    return this.#room !== now;
  }

  /** @param {Microphone} microphone */
  #watched(microphone) {
    microphone.track.onended = () => void this.refresh();
    return microphone;
  }

  /** One microphone as it is goes out as it is: mixing costs time. */
  async #mix() {
    const teacher = (this.#teacher ?? this.#room)?.track ?? null;
    const room = this.#teacher && this.#room ? this.#room.track : null;
    const before = this.#mixer;
    const mixer = teacher && (room || this.#groepswerk) ? new Mixer(teacher, room, this.#groepswerk) : null;
    this.#mixer = mixer;
    const mixed = mixer !== null && await mixer.run();
    if (this.#mixer === mixer)
      this.handlers.onTrack(mixed ? mixer.track : teacher);
    before?.close();
  }
}
