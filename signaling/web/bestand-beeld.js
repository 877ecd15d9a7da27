// A file that came, shown large: pictures and pages as pixels on a canvas, text as text. Not Chromium's own PDF viewer: it
// does not run in a sandboxed frame, its links would lead the page away, and it offers to save and to print.
import { Blad, STEP } from '/gedeeld/blad.js';
import { need, show, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import { Whole } from '/gedeeld/bestand.js' */
/** @typedef {{count: number, draw: (number: number, canvas: HTMLCanvasElement) => Promise<void>, close: () => void}} Pages */

const WIDE = 1800; // pixels of a drawn page: sharp on the screen in class, and twice enlarged still to be read
const MOST_PIXELS = 12_000_000; // a page as long as a roll gets fewer a centimetre
const PATIENCE_MS = 20_000; // a page that takes longer was made to
const LIBRARY = '/pdf/pdf.js';

export class FileView {
  /** @type {Pages|null} */
  #pages = null;
  #page = 1;
  #turn = 0; // counts, so that a slow page does not draw over a later one
  /** @type {Element|null} where the keyboard was */
  #before = null;
  /** @type {Whole|null} */
  file = null;

  /**
   * @param {Document} root
   * @param {() => void} [onClose]
   */
  constructor(root, onClose) {
    this.root = root;
    this.onClose = onClose;
    this.card = need(root, '#blad', HTMLElement);
    this.room = need(this.card, '.blad-room', HTMLElement);
    this.canvas = need(this.card, 'canvas', HTMLCanvasElement);
    this.text = need(this.card, 'pre', HTMLElement);
    this.title = need(this.card, 'h2', HTMLElement);
    this.count = need(this.card, '.blad-count', HTMLElement);
    /** @param {string} name */
    const control = (name) => need(this.card, `[data-blad="${name}"]`, HTMLButtonElement);
    this.control = { back: control('back'), on: control('on'), in: control('in'), out: control('out'), close: control('close') };
    this.sheet = new Blad(this.room, this.canvas);
    this.card.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('[data-blad]') : null;
      const what = button?.getAttribute('data-blad');
      if (what === 'close') this.close();
      else if (what === 'back' || what === 'on') this.turn(what === 'on' ? 1 : -1);
      else if (what) this.sheet.zoom(what === 'in' ? STEP : 1 / STEP);
    });
    this.card.addEventListener('keydown', (event) => this.#key(event));
    this.card.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  get open() {
    return !this.card.hidden;
  }

  /** @param {Whole} file @returns {Promise<boolean>} false when it cannot be shown here */
  async show(file) {
    this.#letGo();
    const turn = ++this.#turn;
    /** @type {Pages|null} */
    let pages = null;
    if (file.kind !== 'text') {
      pages = await within(file.kind === 'pdf' ? pagesOf(file) : pictureOf(file));
      if (!pages || turn !== this.#turn) {
        pages?.close();
        return turn !== this.#turn;
      }
    }
    if (!this.open) this.#before = this.root.activeElement;
    this.file = file;
    this.#pages = pages;
    this.#page = 1;
    write(this.title, file.name);
    this.text.textContent = file.kind === 'text' ? new TextDecoder().decode(file.bytes) : '';
    show(this.text, file.kind === 'text');
    show(this.room, file.kind !== 'text');
    for (const button of [this.control.in, this.control.out]) show(button, file.kind !== 'text');
    show(this.card, true);
    this.control.close.focus();
    return this.#draw();
  }

  /** To another page. @param {number} step @returns {boolean} whether there is one */
  turn(step) {
    const page = this.#page + step;
    if (!this.#pages || page < 1 || page > this.#pages.count) return false;
    this.#page = page;
    void this.#draw();
    return true;
  }

  close() {
    if (!this.open) return;
    const inside = this.card.contains(this.root.activeElement);
    this.#letGo();
    show(this.card, false);
    if (inside && this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus();
    this.onClose?.();
  }

  /** @returns {Promise<boolean>} */
  async #draw() {
    const pages = this.#pages;
    const turn = ++this.#turn;
    const count = pages?.count ?? 1;
    write(this.count, count > 1 ? t('blad.page', { page: this.#page, count }) : '');
    for (const button of [this.control.back, this.control.on]) show(button, count > 1);
    this.control.back.disabled = this.#page === 1;
    this.control.on.disabled = this.#page === count;
    if (!pages) return true;
    const fresh = this.root.createElement('canvas');
    const drawn = await within(pages.draw(this.#page, fresh).then(() => true));
    if (turn !== this.#turn) return true;
    if (!drawn) {
      this.close();
      return false;
    }
    this.canvas.width = fresh.width;
    this.canvas.height = fresh.height;
    this.canvas.getContext('2d')?.drawImage(fresh, 0, 0);
    fresh.width = fresh.height = 0;
    this.sheet.renew();
    return true;
  }

  #letGo() {
    this.#turn++;
    this.#pages?.close();
    this.#pages = null;
    this.file = null;
    this.text.textContent = '';
    this.sheet.clear();
  }

  /** Keys are the sheet's while it has the focus: the camera must not turn. @param {KeyboardEvent} event */
  #key(event) {
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act(this);
  }
}

/** @type {Record<string, (view: FileView) => unknown>} */
const KEYS = {
  Escape: (view) => view.close(),
  '+': (view) => view.sheet.zoom(STEP),
  '=': (view) => view.sheet.zoom(STEP),
  '-': (view) => view.sheet.zoom(1 / STEP),
  ArrowRight: (view) => view.turn(1),
  ArrowLeft: (view) => view.turn(-1),
  PageDown: (view) => view.turn(1),
  PageUp: (view) => view.turn(-1),
};

/** @param {Whole} file @returns {Promise<Pages>} */
async function pictureOf(file) {
  const bitmap = await createImageBitmap(new Blob([file.bytes]));
  return {
    count: 1,
    close: () => bitmap.close(),
    draw: async (_number, canvas) => {
      const smaller = Math.min(1, Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
      canvas.width = Math.max(1, Math.floor(bitmap.width * smaller));
      canvas.height = Math.max(1, Math.floor(bitmap.height * smaller));
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    },
  };
}

/** @param {Whole} file @returns {Promise<Pages>} */
async function pagesOf(file) {
  const library = await pdfLibrary();
  // Nothing in a document runs or is fetched: no scripts, no forms, no links, and its drawing programs are not compiled.
  const task = library.getDocument({
    data: file.bytes.slice(), isEvalSupported: false, enableXfa: false, disableAutoFetch: true, disableStream: true,
    maxImageSize: 4 * MOST_PIXELS, verbosity: 0,
  });
  const document = await task.promise.catch((/** @type {unknown} */ error) => {
    void task.destroy();
    throw error;
  });
  return {
    count: document.numPages,
    close: () => void task.destroy(),
    draw: async (number, canvas) => {
      const page = await document.getPage(number);
      const whole = page.getViewport({ scale: 1 });
      const scale = Math.min(WIDE / whole.width, Math.sqrt(MOST_PIXELS / (whole.width * whole.height)));
      const viewport = page.getViewport({ scale });
      canvas.width = Math.max(1, Math.floor(viewport.width));
      canvas.height = Math.max(1, Math.floor(viewport.height));
      await page.render({ canvasContext: canvas.getContext('2d'), viewport }).promise;
      page.cleanup();
    },
  };
}

/** @type {Promise<any>|null} */
let library = null;

/** The machine's own PDF library (Debian's libjs-pdf), fetched when the first document is opened. @returns {Promise<any>} */
function pdfLibrary() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = LIBRARY;
    script.onload = () => {
      const { pdfjsLib } = /** @type {any} */ (globalThis);
      pdfjsLib.GlobalWorkerOptions.workerSrc = '/pdf/pdf.worker.js';
      resolve(pdfjsLib);
    };
    script.onerror = () => {
      library = null;
      script.remove();
      reject(new Error('no PDF library on this machine'));
    };
    document.head.append(script);
  });
  return library;
}

/**
 * What came of it in time, or null.
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T|null>}
 */
async function within(work) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const late = /** @type {Promise<null>} */ (new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  }));
  return Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}
