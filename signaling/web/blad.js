// A sheet in a room: pixels on a canvas that fit at first, to zoom and to move by pointer, wheel and two fingers.

export const STEP = 1.5;
const MOST = 6; // times its own pixels
const WHEEL = 1.15;

export class Blad {
  #fit = 1;
  #scale = 0;
  /** @type {Map<number, {x: number, y: number}>} */
  #pointers = new Map();

  /**
   * @param {HTMLElement} room  scrolls
   * @param {HTMLCanvasElement} canvas  in it
   */
  constructor(room, canvas) {
    this.room = room;
    this.canvas = canvas;
    this.#pointing();
    new ResizeObserver(() => this.fit()).observe(room);
  }

  /** There is another picture on the canvas: show all of it. */
  renew() {
    this.#scale = 0;
    this.fit();
  }

  /** Let go of its pixels. */
  clear() {
    this.canvas.width = this.canvas.height = 0;
    this.#pointers.clear();
  }

  /** The room may have another size: what fitted still does. */
  fit() {
    if (!this.canvas.width || !this.room.clientWidth) return;
    const fitted = this.#scale <= this.#fit;
    this.#fit = Math.min(this.room.clientWidth / this.canvas.width, this.room.clientHeight / this.canvas.height);
    this.#draw(fitted ? this.#fit : Math.max(this.#scale, this.#fit));
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

  /** @param {number} scale */
  #draw(scale) {
    this.#scale = scale;
    this.canvas.style.inlineSize = `${Math.floor(this.canvas.width * scale)}px`;
  }

  /** One pointer moves the sheet, two zoom it, and so does the wheel. */
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
