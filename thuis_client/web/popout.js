// The class picture in a window of its own, for a second screen: the same track, no second connection. Keys go to the page.
import { say, t } from '/gedeeld/teksten.js';

const PLACE = '/tweede.html';
const INSIDE = new Set(['live', 'reconnecting', 'curtain']);

export class Popout {
  /** @type {Window|null} */
  #window = null;

  /**
   * @param {Document} root
   * @param {HTMLVideoElement} video  the picture of the page
   * @param {(words: string) => void} tell
   */
  constructor(root, video, tell) {
    this.root = root;
    this.video = video;
    this.tell = tell;
    root.defaultView?.addEventListener('pagehide', () => this.close());
  }

  get isOpen() {
    return this.#window !== null && !this.#window.closed;
  }

  open() {
    if (this.isOpen)
      return this.#window?.focus();
    this.#window = window.open(PLACE, 'klasgenoot-tweede', 'popup,width=1280,height=760');
    if (!this.#window)
      return this.tell(t('popout.blocked'));
    this.#window.addEventListener('load', () => this.#fill());
  }

  close() {
    if (this.isOpen)
      this.#window?.close();
    this.#window = null;
  }

  /** @param {{state: string}} model */
  render({ state }) {
    if (!INSIDE.has(state))
      return this.close();
    const there = this.#video;
    if (!there)
      return;
    if (there.srcObject !== this.video.srcObject)
      there.srcObject = this.video.srcObject;
    const { document } = /** @type {Window} */ (this.#window);
    document.body.dataset.state = state;
    const words = document.querySelector('#words');
    if (words)
      words.textContent = state === 'live' ? '' : t(`state.${state}`);
  }

  get #video() {
    const video = this.isOpen ? this.#window?.document.querySelector('video') : null;
    return /** @type {HTMLVideoElement|null} */ (video ?? null);
  }

  #fill() {
    const there = /** @type {Window} */ (this.#window).document;
    there.documentElement.lang = this.root.documentElement.lang;
    there.title = t('popout.title');
    this.#video?.setAttribute('aria-label', t('video.class'));
    for (const [id, key] of [['title', 'popout.title'], ['full', 'popout.full'], ['close', 'popout.close']]) {
      const part = there.querySelector(`#${id}`);
      if (part)
        part.textContent = t(key ?? '');
    }
    there.querySelector('#full')?.addEventListener('click', () => void there.documentElement.requestFullscreen().catch(() => this.tell(say('popout', 'blocked'))));
    there.querySelector('#close')?.addEventListener('click', () => this.close());
    for (const type of /** @type {const} */ (['keydown', 'keyup'])) {
      there.addEventListener(type, (event) => this.#key(event));
    }
    this.render({ state: this.root.body.dataset.state ?? 'off' });
  }

  /** What a key does here it does there: steering, and the space bar as the vraagknop. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape' && event.type === 'keydown' && !this.#window?.document.fullscreenElement)
      return this.close();
    const target = event.target;
    if (target instanceof Object && 'closest' in target && /** @type {Element} */ (target).closest('button'))
      return;
    const { key, code, repeat, ctrlKey, altKey, metaKey, shiftKey } = event;
    const again = new KeyboardEvent(event.type, { key, code, repeat, ctrlKey, altKey, metaKey, shiftKey, bubbles: true, cancelable: true });
    this.root.body.dispatchEvent(again);
    if (again.defaultPrevented)
      event.preventDefault();
  }
}
