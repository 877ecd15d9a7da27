// The states of the pupil's session and what moves between them, as one table; and the model the page is drawn from.

/** @import * as M from '/gedeeld/messages' */
/** @import { HomeModel } from '/view.js' */
/** @typedef {HomeModel['state']} State */
/** @typedef {'join'|'picture'|'lost'|'refused'|'over'|'curtain'|'open'|'moving'} Event */

/** @type {Record<State, Partial<Record<Event, State>>>} */
const TABLE = {
  off: { join: 'calling' },
  calling: { picture: 'live', refused: 'refused', over: 'off' },
  live: { lost: 'reconnecting', moving: 'reconnecting', curtain: 'curtain', over: 'off', refused: 'refused' },
  curtain: { lost: 'reconnecting', moving: 'reconnecting', open: 'live', over: 'off', refused: 'refused' },
  reconnecting: { picture: 'live', refused: 'refused', over: 'off' },
  refused: { join: 'calling', over: 'off' },
};

/** @param {State} state @param {Event} event @returns {State} an event that means nothing now changes nothing */
export function next(state, event) {
  return TABLE[state][event] ?? state;
}

/** @type {M.Asked} */
export const NOTHING_ASKED = { rung: 'none', soon: false, loud: true, told: false, chimes: 0 };

/** @returns {HomeModel} before anything is known */
export function firstModel() {
  return {
    state: 'off', why: null, reason: null, question: 'none', asked: NOTHING_ASKED, questionSince: null, mic: 'off', holds: false, camera: 'off', resting: false, sound: false,
    link: 'unknown', delayMs: null, moves: false, view: 'klas', smartboard: false, follows: false, presets: [], notices: [],
    peerOnline: false, paired: null, pairing: null, language: 'nl',
  };
}
