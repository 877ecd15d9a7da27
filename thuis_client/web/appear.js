// How the pupil is in class: keeps the choice, has it kept by the local process, and makes the picture follow. Only a press
// goes up the ladder; whatever comes from elsewhere is taken only when nothing was chosen on this page yet.
import { asLetters, LEAST, STEPS, usesCamera } from '/gedeeld/aanwezig.js';
import { AppearView } from '/appear-view.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { PupilMedia } from '/pupil-media.js' */
/** @import { HomeModel } from '/view.js' */

const LEAST_WIDTH = 0.1; // between the edges of the shield
/** @type {M.Shield} */
const NO_SHIELD = { on: false, left: 0.2, right: 0.8, top: 0.05 };

export class Appear {
  #known = false; // chosen on this page, or told by the process
  #unsent = false;
  #model = false;
  #open = false;
  /** @type {M.PresenceStep} where the camera's switch goes back to; only for as long as this page is open */
  #cameraStep = 'picture';

  /**
   * @param {Document} root
   * @param {PupilMedia} media
   * @param {Object} handlers
   * @param {(message: M.Appear) => boolean} handlers.keep
   * @param {() => void} handlers.onChange
   */
  constructor(root, media, handlers) {
    this.media = media;
    this.handlers = handlers;
    /** @type {M.Presence} */
    this.presence = LEAST;
    /** @type {M.Shield} */
    this.shield = NO_SHIELD;
    this.view = new AppearView(root, {
      onLetters: (text) => this.#set({ letters: asLetters(text) }),
      onEdge: (edge, value) => this.#edge(edge, value),
      onEdges: () => this.#keep(),
    });
  }

  /** @param {M.Status} status */
  told({ presence, shield, person_model }) {
    this.#model = person_model;
    if (this.#unsent)
      this.#keep();
    if (this.#known)
      return;
    if (presence) {
      this.#known = true;
      this.presence = presence;
      this.shield = shield;
      this.#apply();
    } else {
      this.#open = true; // the first time on this laptop: it is asked, and until then nothing is seen
      this.handlers.onChange();
    }
  }

  /** @param {string} action @returns {boolean} whether it was one of these */
  act(action) {
    const [kind, ...rest] = action.split('-');
    const value = rest.join('-');
    switch (kind) {
      case 'step':
        this.#step(/** @type {M.PresenceStep} */ (value));
        return true;
      case 'camera':
        this.#switchCamera();
        return true;
      case 'colour':
        this.#set({ colour: /** @type {M.Colour} */ (value) });
        return true;
      case 'drawing':
        this.#set({ drawing: /** @type {M.Drawing} */ (value) });
        return true;
      case 'shield':
        this.shield = { ...this.shield, on: !this.shield.on };
        this.#chosen();
        return true;
      case 'appear':
        this.#open = value !== 'done' && !this.#open;
        this.handlers.onChange();
        this.view.focus(this.#open);
        return true;
    }
    return false;
  }

  /** @param {HomeModel} model */
  render(model) {
    const { picture } = this.media;
    this.view.render({
      presence: this.presence, shield: this.shield, open: this.#open, camera: picture.state, found: picture.found, canMake: picture.canMake,
    }, model);
    this.view.showPicture(picture.track);
  }

  /** Unseen from now on; for who comes back from a rest with the voice alone. */
  hide() {
    if (usesCamera(this.presence.step))
      this.#set({ step: 'letters' });
  }

  /** @param {M.PresenceStep} step */
  #step(step) {
    if (!STEPS.includes(step))
      return;
    if (usesCamera(step))
      this.media.rest(false); // who wants to be seen is back
    if (step === this.presence.step)
      this.media.picture.again();
    this.#set({ step });
  }

  /** The camera's own switch: off is the step below it, on is a press like any other. */
  #switchCamera() {
    const { step } = this.presence;
    if (usesCamera(step) && this.media.picture.state === 'on')
      this.hide();
    else
      this.#step(usesCamera(step) ? step : this.#cameraStep);
  }

  /** @param {Partial<M.Presence>} more */
  #set(more) {
    if (usesCamera(this.presence.step))
      this.#cameraStep = this.presence.step;
    this.presence = { ...this.presence, ...more };
    this.#chosen();
  }

  /** @param {'left'|'right'|'top'} edge @param {number} value */
  #edge(edge, value) {
    const { left, right } = this.shield;
    const bounds = { left: [0, right - LEAST_WIDTH], right: [left + LEAST_WIDTH, 1], top: [0, 0.8] }[edge];
    this.shield = { ...this.shield, [edge]: Math.min(bounds[1] ?? 1, Math.max(bounds[0] ?? 0, value)) };
    this.#known = true;
    this.#apply(); // kept once the finger lets go
  }

  #chosen() {
    this.#known = true;
    this.#apply(); // first of all what the class sees
    this.#keep();
  }

  #keep() {
    this.#unsent = !this.handlers.keep({ type: 'appear', presence: this.presence, shield: this.shield });
  }

  #apply() {
    this.media.presence = this.presence;
    this.media.picture.set({ step: this.presence.step, shield: this.shield, model: this.#model });
    this.handlers.onChange();
  }
}
