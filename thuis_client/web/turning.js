// Turning the camera from home: every way to ask for it, what the picture does at once, and where it looks.
import { GamePads } from '/gamepad.js';
import { Glide } from '/glide.js';
import { Overview } from '/overview.js';
import { PresetPictures } from '/preset-pictures.js';
import { Presets } from '/presets.js';
import { Scanning } from '/scanning.js';
import { Steering } from '/steering.js';
import { Whereabouts } from '/whereabouts.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Session } from '/session.js' */
/** @import { HomeModel, HomeView } from '/view.js' */

const SHOWN_MS = 5000; // the map over the picture of a small screen, after the last move
const BOARD = 1; // the fixed place that one press always leads back to
const HOME = { pan: 0, tilt: 0, zoom: 1 };

export class Turning {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #turnedTimer;

  /**
   * @param {Document} root
   * @param {HomeView} view
   * @param {Session} session
   * @param {(action: string) => void} onAction  what is not about the camera
   */
  constructor(root, view, session, onAction) {
    this.root = root;
    this.session = session;
    this.onAction = onAction;
    this.where = new Whereabouts({
      onChange: () => {
        this.glide.viewed();
        this.overview.render(this.steering.enabled);
      },
      onStill: (at) => {
        this.pictures.see(at);
        this.overview.see(at);
      },
    });
    this.glide = new Glide(view.video, () => this.where.view, () => session.model.delayMs);
    this.overview = new Overview(root, view.video, this.where, (pan, tilt) => {
      this.#elsewhere();
      session.turn({ type: 'aim', pan_deg: pan, tilt_deg: tilt });
      this.glide.to({ pan, tilt, zoom: null });
    });
    this.pictures = new PresetPictures(root, view.video);
    this.presets = new Presets(root, {
      onGo: (number) => this.#go(number),
      onTeach: (number) => session.turn({ type: 'preset', number, store: true }),
      onWords: (words) => view.tell(words),
    });
    this.steering = new Steering(view.surface, root, {
      onMotion: (motion) => {
        this.#elsewhere();
        session.steer(motion);
        this.glide.drive(motion);
      },
      onLook: (x, y, width) => {
        this.#elsewhere();
        session.turn({ type: 'look', x, y, width });
        if (session.model.view === 'klas')
          this.glide.look(x, y, width);
      },
      onAction: (action) => this.act(action) || onAction(action),
    });
    this.scanning = new Scanning(root);
    this.pads = new GamePads({
      onMotion: (motion) => this.steering.set('gamepad', motion),
      onPress: (name) => this.#padPressed(name),
    });
  }

  /** @param {string} action @returns {boolean} whether it was one of these */
  act(action) {
    if (action === 'home') {
      this.#elsewhere();
      this.session.turn({ type: 'home' });
      this.glide.to(HOME);
    } else if (action === 'back') {
      this.#go(BOARD);
    } else if (action === 'scan') {
      this.scanning.toggle();
    } else {
      return false;
    }
    return true;
  }

  /** @param {M.FromSet | M.FromClass | M.ToSeat} message @returns {boolean} whether it was about the camera */
  told(message) {
    if (message.type === 'view' || message.type === 'reach') {
      this.where.told(message);
    } else if (message.type === 'preset_reply') {
      this.presets.replied(message.number, message.result);
      if (message.result === 'stored')
        this.pictures.stored(message.number, this.where.view);
      else
        this.pictures.going(0);
    } else {
      return false;
    }
    return true;
  }

  /** @param {HomeModel} model @param {boolean} still  nothing may turn the camera now */
  render({ state, moves, view }, still) {
    this.steering.enabled = state === 'live' && moves && !still;
    this.where.shows = state === 'live' && view === 'klas';
    if (!this.steering.enabled || view !== 'klas')
      this.glide.stop();
    if (state === 'off' || state === 'refused') { // with the lesson goes what was kept of it
      this.pictures.forget();
      this.where.forget();
    }
    this.overview.render(this.steering.enabled);
  }

  /** Somebody turns the camera. */
  #turned() {
    this.root.body.dataset.turned = 'true';
    clearTimeout(this.#turnedTimer);
    this.#turnedTimer = setTimeout(() => delete this.root.body.dataset.turned, SHOWN_MS);
  }

  /** It goes somewhere that is none of the fixed places. */
  #elsewhere() {
    this.#turned();
    this.pictures.going(0);
  }

  /** @param {number} number */
  #go(number) {
    this.#turned();
    this.pictures.going(number);
    this.session.turn({ type: 'preset', number, store: false });
    const place = this.pictures.place(number);
    this.glide.to(place && { pan: place.pan_deg, tilt: place.tilt_deg, zoom: place.zoom });
  }

  /** @param {string} name */
  #padPressed(name) {
    const preset = /^preset-(\d)$/.exec(name);
    if (name === 'main')
      this.#press('question') || this.#press('join');
    else if (name === 'withdraw')
      this.#press('withdraw');
    else if (this.steering.enabled)
      preset ? this.#go(Number(preset[1])) : this.act(name);
  }

  /** As a press on the button on the screen, and no more than that. @param {string} action */
  #press(action) {
    const button = this.root.querySelector(`[data-action="${action}"]`);
    if (!(button instanceof HTMLButtonElement) || button.disabled || button.offsetParent === null)
      return false;
    button.click();
    return true;
  }
}
