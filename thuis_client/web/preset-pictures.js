// What each fixed place looks like, as a small picture on its button. Taken from the class picture when the camera stands
// there; kept in memory for as long as the lesson lasts, and nowhere else.

/** @import * as M from '/gedeeld/messages' */

const WIDTH = 128;
const HEIGHT = 72;
const NEAR = 0.05; // of the picture's width: still the same place

export class PresetPictures {
  /** @type {Map<number, M.View>} where they are, as far as this page knows */
  #places = new Map();
  #going = 0; // the place that the camera is on its way to
  /** @type {Map<number, HTMLCanvasElement>} */
  #pictures = new Map();

  /** @param {Document} root @param {HTMLVideoElement} video */
  constructor(root, video) {
    this.video = video;
    for (const button of root.querySelectorAll('[data-action^="preset-"]')) {
      const picture = root.createElement('canvas');
      picture.className = 'thumb';
      picture.width = WIDTH;
      picture.height = HEIGHT;
      picture.hidden = true;
      button.prepend(picture);
      this.#pictures.set(Number(button.getAttribute('data-action')?.slice(-1)), picture);
    }
  }

  /** Where a place is, once this page has seen the camera there. @param {number} number */
  place(number) {
    return this.#places.get(number) ?? null;
  }

  /** @param {number} number  0: somewhere else */
  going(number) {
    this.#going = number;
  }

  /** @param {number} number @param {M.View|null} view */
  stored(number, view) {
    this.#going = 0;
    if (view)
      this.#take(number, view);
  }

  /** The camera stands still. @param {M.View} view */
  see(view) {
    if (this.#going)
      this.#places.set(this.#going, view);
    this.#going = 0;
    for (const [number, place] of this.#places) {
      if (near(place, view))
        this.#take(number, place);
    }
  }

  forget() {
    this.#places.clear();
    this.#going = 0;
    for (const picture of this.#pictures.values()) {
      picture.hidden = true;
      picture.getContext('2d')?.clearRect(0, 0, WIDTH, HEIGHT);
    }
  }

  /** @param {number} number @param {M.View} view */
  #take(number, view) {
    const picture = this.#pictures.get(number);
    if (!picture || !this.video.videoWidth)
      return;
    this.#places.set(number, view);
    picture.getContext('2d')?.drawImage(this.video, 0, 0, WIDTH, HEIGHT);
    picture.hidden = false;
  }
}

/** @param {M.View} one @param {M.View} other */
function near(one, other) {
  const most = NEAR * one.fov_deg;
  return Math.abs(one.pan_deg - other.pan_deg) < most && Math.abs(one.tilt_deg - other.tilt_deg) < most
    && Math.abs(one.fov_deg - other.fov_deg) < most;
}
