// How it stands with a file, in words.
import { t } from '/gedeeld/teksten.js';

/** @import { Outgoing } from '/gedeeld/bestand.js' */

/** @param {{at: number, size: number}} file */
export function percent({ at, size }) {
  return Math.floor((100 * at) / Math.max(1, size));
}

/** @param {Outgoing|null} outgoing @param {string} [kind]  the key for a file of a kind that will not do */
export function outgoingWords(outgoing, kind = 'file.end.kind') {
  if (!outgoing)
    return '';
  const { name, step, code } = outgoing;
  if (step === 'stopped')
    return t(code === 'kind' ? kind : `file.end.${code || 'cancelled'}`, { name });
  return t(`file.${step}`, { name, percent: percent(outgoing) });
}

/** @param {Outgoing|null} outgoing  whether it can still be stopped */
export function isUnderWay(outgoing) {
  return outgoing !== null && outgoing.step !== 'done' && outgoing.step !== 'stopped';
}
