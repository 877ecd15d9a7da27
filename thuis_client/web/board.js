// Reading the board: its two views, corners by hand, people faded, closer, a photo. Tells the set by messages only.
import { CornerHandles } from '/board-corners.js';
import { need, show, Shown, write } from '/gedeeld/scherm.js';
import { say, t } from '/gedeeld/teksten.js';
import { PhotoReceiver } from '/photo-receiver.js';
import { PhotoView } from '/photo-view.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { HomeModel } from '/view.js' */

/** @type {M.Board} */
const NOTHING = {
  type: 'board', corners: [], by_hand: false, fade: false, refused: '', cap_px: null, mm_per_px: null, small: false, closer: false,
};

/** Whether the corners are being set: nothing else moves meanwhile. The set remembers it, for a page that is loaded anew. @param {HomeModel} model */
export function setsCorners({ state, view }) {
  return state === 'live' && view === 'hoeken';
}

export class Board {
  #shown = new Shown();
  #known = NOTHING;
  /** @type {HomeModel|null} */
  #model = null;
  #number = Math.floor(Math.random() * 2 ** 31); // a reloaded page must not take the photo of the page before for its own
  #share = 0;
  #failed = '';

  /**
   * @param {Document} root
   * @param {HTMLVideoElement} video
   * @param {(message: M.FromPupil) => void} onSend
   */
  constructor(root, video, onSend) {
    this.onSend = onSend;
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.control = {
      board: control('board'), screen: control('screen'), closer: control('closer'), photo: control('photo'),
      fade: control('fade'), corners: control('corners'), done: control('corners-done'), seek: control('corners-seek'),
    };
    this.bar = need(root, '#boardbar', HTMLElement);
    this.words = need(root, '#board-words', HTMLElement);
    this.photoLabel = need(this.control.photo, '.label', HTMLElement);
    this.corners = new CornerHandles(root, video, (points) => this.onSend({ type: 'corners', points }));
    this.photo = new PhotoView(root);
    this.receiver = new PhotoReceiver({
      onProgress: (share) => this.#draw({ share }),
      onPhoto: (blob, head) => void this.#arrived(blob, head),
      onFail: (code) => this.#lost(code),
    });
  }

  /** @param {string} action  of a button */
  act(action) {
    const view = this.#model?.view ?? 'klas';
    switch (action) {
      case 'board':
        return this.#show(view === 'bord' || view === 'hoeken' ? 'klas' : 'bord');
      case 'screen':
        return this.#show(view === 'scherm' ? 'klas' : 'scherm');
      case 'fade':
        return this.onSend({ type: 'fade', on: !this.#known.fade });
      case 'closer':
        return this.onSend({ type: 'closer' });
      case 'photo':
        return this.receiver.busy ? this.#lost('photo_dropped') : this.#takePhoto();
      case 'corners':
        return this.#show('hoeken');
      case 'corners-done':
        this.onSend({ type: 'corners', points: this.corners.points });
        return this.#show('bord');
      case 'corners-seek':
        this.onSend({ type: 'corners' });
        return this.#show('bord');
    }
  }

  /** What the set knows of the board. @param {M.Board} board */
  told(board) {
    this.#known = board;
    this.corners.begin(board.corners);
    this.corners.layer.dataset.byHand = String(board.by_hand);
    this.#draw();
  }

  /** A piece of a photo. @param {string|ArrayBuffer} data */
  file(data) {
    this.receiver.received(data);
  }

  /** @param {HomeModel} model */
  render(model) {
    const before = this.#model?.state;
    const edited = this.corners.open;
    this.#model = { ...model };
    if (model.state !== 'live' && before === 'live' && this.receiver.busy) this.#lost('photo_dropped');
    const edits = setsCorners(model);
    if (edits && !edited) this.corners.show(this.#known.corners);
    else if (!edits) this.corners.hide();
    if (model.state === 'off' || model.state === 'refused') {
      this.photo.close(); // with the lesson goes what was kept of it
      this.#known = NOTHING;
      this.#failed = '';
    }
    this.#draw();
    if (edited && model.view === 'bord') this.control.corners.focus(); // not left on a button that is gone
  }

  /** @param {M.Show['view']} view */
  #show(view) {
    this.#failed = '';
    this.onSend({ type: 'show', view });
  }

  #takePhoto() {
    this.#failed = '';
    this.receiver.expect(++this.#number);
    this.onSend({ type: 'take_still', number: this.#number });
    this.#draw({ share: 0 });
  }

  /** @param {string} code */
  #lost(code) {
    this.receiver.stop();
    this.onSend({ type: 'drop_still', number: this.#number });
    this.#failed = code;
    this.#draw();
  }

  /** @param {Blob} blob @param {M.StillHead} head */
  async #arrived(blob, head) {
    if (!(await this.photo.show(blob, head))) this.#failed = 'photo_broken';
    else if (!this.#model || this.#model.state === 'off' || this.#model.state === 'refused') this.photo.close();
    this.#draw();
  }

  /** @param {{share?: number}} [news] */
  #draw({ share = this.#share } = {}) {
    this.#share = share;
    const model = this.#model;
    if (!model) return;
    const { state, view, smartboard, language } = model;
    const editing = setsCorners(model);
    const busy = this.receiver.busy;
    const { small, closer, fade, refused, cap_px: px } = this.#known;
    const percent = Math.floor(share * 100);
    if (!this.#shown.changed('all', state, view, smartboard, language, editing, busy, small, closer, fade, refused, px, percent, this.#failed)) return;
    const { control } = this;
    const live = state === 'live';
    const board = view === 'bord';
    control.board.setAttribute('aria-pressed', String(view === 'bord' || editing));
    control.screen.setAttribute('aria-pressed', String(view === 'scherm'));
    control.board.disabled = control.screen.disabled = !live;
    show(control.screen, smartboard);
    show(this.bar, live && view !== 'klas');
    show(control.closer, board && closer);
    show(control.photo, !editing);
    show(control.fade, board);
    show(control.corners, board);
    show(control.done, editing);
    show(control.seek, editing);
    control.fade.setAttribute('aria-pressed', String(fade));
    write(this.photoLabel, busy ? t('board.photo.stop', { percent }) : t('board.photo'));
    write(this.words, this.#sentence(board));
    this.words.title = board && px !== null ? t('board.px', { px }) : '';
  }

  /** The one thing worth saying now. @param {boolean} board */
  #sentence(board) {
    const { small, closer, refused } = this.#known;
    if (this.corners.open) return refused ? say('corners', refused) : t('corners.help');
    if (this.#failed) return say('photo', this.#failed);
    if (this.receiver.busy) return t('photo.coming');
    if (board && refused) return say('corners', refused);
    return board && small ? t(closer ? 'board.small' : 'board.small.far') : '';
  }
}
