// "Ik luister alleen nog": camera and microphone off in one press, back in one press as they were; the class is told that
// it is rest and not a fault. It only ever takes away: what else may be sent (the presence ladder) is not touched.
import { need, setIcon, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import { PupilMedia } from '/pupil-media.js' */
/** @import { HomeModel } from '/view.js' */

export class Rest {
  /**
   * @param {Document} root
   * @param {PupilMedia} media
   * @param {(words: string) => void} tell
   */
  constructor(root, media, tell) {
    this.media = media;
    this.tell = tell;
    this.button = need(root, '[data-action="rest"]', HTMLButtonElement);
  }

  /** @param {boolean} on */
  set(on) {
    if (on === this.media.resting)
      return;
    this.media.rest(on);
    this.tell(t(on ? 'rest.on' : 'rest.off'));
  }

  toggle() {
    this.set(!this.media.resting);
  }

  /** @param {HomeModel} model */
  render({ resting }) {
    this.button.setAttribute('aria-pressed', String(resting));
    setIcon(need(this.button, '[data-icon]', HTMLElement), resting ? 'retry' : 'rest');
    write(need(this.button, '.label', HTMLElement), t(resting ? 'rest.end' : 'rest.start'));
  }
}
