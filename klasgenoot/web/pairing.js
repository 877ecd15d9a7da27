// Pairing at the set: shows the code for the laptop, then six words to compare.
import { drawQr, Koppelen } from '/gedeeld/koppelen.js';
import { need, show, write } from '/gedeeld/scherm.js';

/** @import * as M from '/gedeeld/messages' */

export class KioskPairing extends Koppelen {
  /**
   * @param {Document} root
   * @param {(message: M.PagePairs) => void} send
   */
  constructor(root, send) {
    super(root, send);
    this.starts = [...root.querySelectorAll('[data-action="pair-start"]')].filter((b) => b instanceof HTMLButtonElement);
    this.code = need(root, '#pairing-code', HTMLElement);
    this.qr = need(root, '#pairing-qr', SVGElement);
    this.shown = need(root, '#pairing-shown', HTMLElement);
    for (const button of this.starts) button.addEventListener('click', () => send({ type: 'pair_start' }));
  }

  /**
   * @param {{reason: string|null, pairing: M.PairStep|null}} model
   * @returns {boolean} whether it covers the rest of the screen
   */
  render({ reason, pairing }) {
    const state = pairing?.state ?? 'off';
    const [first, again] = this.starts;
    if (first) show(first, (reason === 'not_paired' || reason === 'unpaired') && state === 'off');
    if (again) show(again, state === 'failed');
    const covers = pairing !== null && state !== 'off';
    show(this.panel, covers);
    if (!pairing || !covers) return false;
    const waiting = state === 'waiting';
    show(this.shown, waiting);
    if (waiting) {
      // A group a line end would split is read wrong over the telephone.
      this.code.replaceChildren(...pairing.code.split('-').map((group) => {
        const part = this.root.createElement('span');
        write(part, group);
        return part;
      }));
      drawQr(this.qr, pairing.qr);
    }
    this.showStep(pairing, 'klas');
    return true;
  }
}
