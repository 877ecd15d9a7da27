// The photo of the board, large, to zoom and to move. It lives in this page's memory only, as pixels on a canvas: there is
// no address to it, nothing to save, and nothing is left when it closes.
import { need } from '/gedeeld/scherm.js';

const STEP = 1.5;
const MOST = 6; // times its own pixels
const WHEEL = 1.15;

export class PhotoView {
  #fit = 1;
  #scale = 1;
  /** @type {Map<number, {x: number, y: number}>} */
  #pointers = new Map();
  /** @type {Element|null} where the keyboard was */
  #before = null;

  /** @param {Document} root */
  constructor(root) {
    this.root = root;
    this.dialog = need(root, '#photo', HTMLDialogElement);
    this.room = need(this.dialog, '.photo-room', HTMLElement);
    this.canvas = need(this.dialog, 'canvas', HTMLCanvasElement);
    this.dialog.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('[data-photo]') : null;
      const what = button?.getAttribute('data-photo');
      if (what === 'close') this.close();
      else if (what) this.zoom(what === 'in' ? STEP : 1 / STEP);
    });
    this.dialog.addEventListener('keydown', (event) => this.#key(event));
    this.#pointing();
    new ResizeObserver(() => this.#fitAgain()).observe(this.room);
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
      this.#scale = 0;
      this.#fitAgain();
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
    this.canvas.width = this.canvas.height = 0;
    this.#pointers.clear();
    if (inside && this.#before instanceof HTMLElement) this.#before.focus();
  }

  /** @param {number} factor @param {{x: number, y: number}} [about]  a point of the room that stays where it is */
  zoom(factor, about = { x: this.room.clientWidth / 2, y: this.room.clientHeight / 2 }) {
    const scale = Math.min(Math.max(this.#scale * factor, this.#fit), Math.max(MOST, this.#fit));
    const grown = scale / this.#scale;
    const x = (this.room.scrollLeft + about.x) * grown - about.x;
    const y = (this.room.scrollTop + about.y) * grown - about.y;
    this.#draw(scale);
    this.room.scrollTo(x, y);
  }

  #fitAgain() {
    if (!this.open || !this.canvas.width) return;
    const fitted = this.#scale <= this.#fit;
    this.#fit = Math.min(this.room.clientWidth / this.canvas.width, this.room.clientHeight / this.canvas.height);
    this.#draw(fitted ? this.#fit : Math.max(this.#scale, this.#fit));
  }

  /** @param {number} scale */
  #draw(scale) {
    this.#scale = scale;
    this.canvas.style.inlineSize = `${Math.floor(this.canvas.width * scale)}px`;
  }

  /** Keys are the photo's while it has the focus: the camera must not turn. @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    if (event.key === 'Escape') this.close();
    else if (event.key === '+' || event.key === '=') this.zoom(STEP);
    else if (event.key === '-' || event.key === '_') this.zoom(1 / STEP);
    else if (event.key === ' ' && event.target === this.room) event.preventDefault();
  }

  /** One pointer moves the photo, two zoom it, and so does the wheel. */
  #pointing() {
    const { room } = this;
    room.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      room.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    room.addEventListener('pointermove', (event) => {
      const pointer = this.#pointers.get(event.pointerId);
      if (!pointer) return;
      const before = this.#spread();
      const [dx, dy] = [event.clientX - pointer.x, event.clientY - pointer.y];
      Object.assign(pointer, { x: event.clientX, y: event.clientY });
      if (this.#pointers.size === 1) room.scrollBy(-dx, -dy);
      else if (before > 0 && this.#spread() > 0) this.zoom(this.#spread() / before, this.#middle());
    });
    for (const type of /** @type {const} */ (['pointerup', 'pointercancel', 'lostpointercapture'])) {
      room.addEventListener(type, (event) => this.#pointers.delete(event.pointerId));
    }
    room.addEventListener('wheel', (event) => {
      event.preventDefault();
      const box = room.getBoundingClientRect();
      this.zoom(event.deltaY < 0 ? WHEEL : 1 / WHEEL, { x: event.clientX - box.left, y: event.clientY - box.top });
    }, { passive: false });
    // The browser's own menu would offer to save it.
    this.dialog.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  #spread() {
    const [a, b] = [...this.#pointers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  }

  #middle() {
    const box = this.room.getBoundingClientRect();
    const [a, b] = [...this.#pointers.values()];
    return a && b ? { x: (a.x + b.x) / 2 - box.left, y: (a.y + b.y) / 2 - box.top } : { x: 0, y: 0 };
  }
}
