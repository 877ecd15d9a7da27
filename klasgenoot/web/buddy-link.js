// The link for a buddy's phone: a QR image for a moment, and how many phones listen.
import { drawQr } from '/gedeeld/koppelen.js';
import { need, show, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

const SHOWN_MS = 90_000; // long enough for two phones; it need not hang there for the whole class

export class BuddyLinkView {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {Document} root */
  constructor(root) {
    this.dialog = need(root, '#buddy-link', HTMLDialogElement);
    this.button = need(root, '[data-action="buddy"]', HTMLButtonElement);
    this.qr = need(root, '#buddy-qr', SVGElement);
    this.count = need(root, '#buddy-count', HTMLElement);
    need(root, '#buddy-close', HTMLButtonElement).addEventListener('click', () => this.dialog.close());
    this.dialog.addEventListener('close', () => clearTimeout(this.#timer));
  }

  /** @param {M.BuddyLink} link */
  show({ qr, seconds }) {
    drawQr(this.qr, qr);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dialog.close(), Math.min(SHOWN_MS, seconds * 1000));
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** @param {{buddies: number|null, state: string, question: string}} model */
  render({ buddies, state, question }) {
    const possible = buddies !== null && state === 'live';
    show(this.button, possible);
    write(need(this.button, '.label', HTMLElement), buddies ? t('klas.buddy.count', { count: buddies }) : t('klas.buddy'));
    write(this.count, t('klas.buddy.joined', { count: buddies ?? 0 }));
    // A question is never behind it.
    if (this.dialog.open && (!possible || question !== 'none')) this.dialog.close();
  }
}
