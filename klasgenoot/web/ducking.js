// Whether the teacher speaks, from the levels of two microphones: then the one of the room steps back. Pure; time is an argument.

const FLOOR_LOW_DB = -90;
const FLOOR_HIGH_DB = -40;
const FLOOR_RISES_DB_S = 1.5; // the noise of a room changes slowly; a voice has pauses
const SPEECH_DB = 12; // above the noise of its own microphone
const NEARER_DB = -6; // a child near the room's microphone stands out more there than at the teacher's
const HOLD_MS = 400; // pauses between words
const DUCKED = 10 ** (-15 / 20);

export class Ducking {
  #floors = { teacher: FLOOR_HIGH_DB, room: FLOOR_HIGH_DB };
  #spokeAt = -Infinity;
  #last = 0;

  /**
   * @param {number} teacherDb  level now, dBFS
   * @param {number} roomDb
   * @param {number} now  ms
   * @returns {number} gain of the room's microphone
   */
  step(teacherDb, roomDb, now) {
    const risen = Math.min(1, Math.max(0, now - this.#last) / 1000) * FLOOR_RISES_DB_S;
    this.#last = now;
    const teacher = teacherDb - (this.#floors.teacher = floor(this.#floors.teacher + risen, teacherDb));
    const room = roomDb - (this.#floors.room = floor(this.#floors.room + risen, roomDb));
    if (teacher > SPEECH_DB && teacher > room + NEARER_DB)
      this.#spokeAt = now;
    return now - this.#spokeAt < HOLD_MS ? DUCKED : 1;
  }
}

/** @param {number} was @param {number} level */
function floor(was, level) {
  return Math.max(FLOOR_LOW_DB, Math.min(FLOOR_HIGH_DB, was, level));
}
