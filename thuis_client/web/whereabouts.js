// Where the camera looks, as the set tells it, and whether it stands still.

/** @import * as M from '/gedeeld/messages' */

const STILL_MS = 700; // the set tells a change four times a second; a picture more is on its way
const LOOK_MS = 1000;

export class Whereabouts {
  /** @type {M.View|null} */
  view = null;
  /** @type {M.Reach|null} how far it can turn */
  reach = null;
  toldAt = 0; // when the view changed last

  /**
   * @param {Object} handlers
   * @param {() => void} handlers.onChange
   * @param {(view: M.View) => void} handlers.onStill  once a second while it stands still and its picture is on the glass
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.shows = false; // whether the class picture, and nothing else, is on the glass
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** @param {M.View | M.Reach} message */
  told(message) {
    if (message.type === 'reach') {
      this.reach = message;
    } else {
      this.view = message;
      this.toldAt = performance.now();
    }
    this.handlers.onChange();
  }

  /** The lesson is over: nothing of the place is kept. */
  forget() {
    if (!this.view && !this.reach)
      return;
    this.view = this.reach = null;
    this.handlers.onChange();
  }

  #look() {
    if (this.view && this.shows && !document.hidden && performance.now() - this.toldAt > STILL_MS)
      this.handlers.onStill(this.view);
  }
}
