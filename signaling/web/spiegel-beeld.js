// What both pages show of the mirror: the picture that came back with what was heard, and that the other side looks.
import { heardAs } from '/gedeeld/geluidssterkte.js';
import { need, show, Shown, write } from '/gedeeld/scherm.js';
import { language, t } from '/gedeeld/teksten.js';

/** @import { Mirror } from '/gedeeld/spiegel.js' */

const SMOOTH_FPS = 12; // below it people see a stutter

export class MirrorView {
  #shown = new Shown();

  /** @param {Document} root */
  constructor(root) {
    this.glass = need(root, '#spiegel', HTMLElement);
    this.video = need(this.glass, 'video', HTMLVideoElement);
    this.words = need(this.glass, '.mirror-words', HTMLElement);
    this.looked = need(root, '#bekeken', HTMLElement);
    this.button = need(root, '[data-action="mirror"]', HTMLButtonElement);
  }

  /**
   * @param {Mirror} mirror
   * @param {MediaStreamTrack|null} track  the picture that comes back
   * @param {boolean} possible  whether there is a lesson to be seen in
   */
  render({ holding, mirrored, reflection }, track, possible) {
    const said = reflection && { sound: heardAs(reflection.level_db), picture: how(reflection) };
    if (!this.#shown.changed('mirror', holding, mirrored, possible, track?.id, said?.sound, said?.picture, language()))
      return;
    show(this.button, possible);
    this.button.setAttribute('aria-pressed', String(holding));
    show(this.glass, holding);
    show(this.looked, mirrored);
    if (holding && track && this.video.srcObject === null) {
      this.video.srcObject = new MediaStream([track]);
      void this.video.play().catch(() => {});
    } else if (!holding) {
      this.video.srcObject = null; // not even the last picture stays
    }
    write(this.words, said ? `${t(`mirror.sound.${said.sound}`)} ${t(`mirror.picture.${said.picture}`)}` : t('mirror.wait'));
  }
}

/** @param {{width: number, fps: number}} reflection */
function how({ width, fps }) {
  return width === 0 || fps < 1 ? 'none' : fps < SMOOTH_FPS ? 'stutters' : 'good';
}
