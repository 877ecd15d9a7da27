// The photo of the board, large, to zoom and to move. It lives in this page's memory only, as pixels on a canvas: there is
// no address to it, nothing to save, and nothing is left when it closes.
import { Blad, STEP } from '/gedeeld/blad.js';
import { need } from '/gedeeld/scherm.js';

export class PhotoView {
  /** @type {Element|null} where the keyboard was */
  #before = null;

  /** @param {Document} root */
  constructor(root) {
    this.root = root;
    this.dialog = need(root, '#photo', HTMLDialogElement);
    this.room = need(this.dialog, '.photo-room', HTMLElement);
    this.canvas = need(this.dialog, 'canvas', HTMLCanvasElement);
    this.sheet = new Blad(this.room, this.canvas);
    this.dialog.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('[data-photo]') : null;
      const what = button?.getAttribute('data-photo');
      if (what === 'close') this.close();
      else if (what) this.sheet.zoom(what === 'in' ? STEP : 1 / STEP);
    });
    this.dialog.addEventListener('keydown', (event) => this.#key(event));
    // The browser's own menu would offer to save it.
    this.dialog.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  get open() {
    return this.dialog.open;
  }

  /**
   * @param {Blob} photo
   * @param {{width: number, height: number}} size that was announced
   * @returns {Promise<boolean>} false when it is no such picture
   */
  async show(photo, { width, height }) {
    /** @type {ImageBitmap} */
    let bitmap;
    try {
      bitmap = await createImageBitmap(photo);
    } catch {
      return false;
    }
    const honest = bitmap.width === width && bitmap.height === height;
    if (honest) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      if (!this.open) this.#before = this.root.activeElement;
      this.dialog.show(); // not modal: the vraagknop stays within reach
      this.sheet.renew();
      this.room.focus();
    }
    bitmap.close();
    return honest;
  }

  /** Close it and let go of its pixels. */
  close() {
    if (!this.open) return;
    const inside = this.dialog.contains(this.root.activeElement);
    this.dialog.close();
    this.sheet.clear();
    if (inside && this.#before instanceof HTMLElement) this.#before.focus();
  }

  /** Keys are the photo's while it has the focus: the camera must not turn. @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    if (event.key === 'Escape') this.close();
    else if (event.key === '+' || event.key === '=') this.sheet.zoom(STEP);
    else if (event.key === '-' || event.key === '_') this.sheet.zoom(1 / STEP);
    else if (event.key === ' ' && event.target === this.room) event.preventDefault();
  }
}
