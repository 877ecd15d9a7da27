// Being heard and hearing: the mirror and the three words, seen from home.
import { Loudness } from '/gedeeld/geluidssterkte.js';
import { whileHeld } from '/gedeeld/ingedrukt.js';
import { Mirror } from '/gedeeld/spiegel.js';
import { MirrorView } from '/gedeeld/spiegel-beeld.js';
import { WordsHeard } from '/words-heard.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Session } from '/session.js' */
/** @import { HomeModel, HomeView } from '/view.js' */

export class Heard {
  #loudness = new Loudness();

  /**
   * @param {Document} root
   * @param {HomeView} view
   * @param {Session} session
   */
  constructor(root, view, session) {
    this.session = session;
    this.video = view.video;
    this.mirror = new Mirror({
      send: (message) => session.send(message),
      sendBack: (on) => session.talk?.sendBack((on && session.leg?.receiver.track) || null),
      figures: () => this.#figures(),
      onChange: () => session.change({}),
    });
    this.words = new WordsHeard(root, {
      send: (message) => session.send(message),
      tell: (words) => view.tell(words),
    });
    this.glass = new MirrorView(root);
    whileHeld(this.glass.button, 'm', (on) => this.mirror.hold(on));
  }

  /** @param {M.Mirror | M.Reflection | M.Words} message  from the page in class */
  received(message) {
    if (this.session.model.state !== 'live')
      return;
    if (message.type === 'words')
      this.words.received(message);
    else
      this.mirror.received(message);
  }

  /** @param {string} action @returns {boolean} whether it was one of these */
  act(action) {
    return action === 'mirror' || this.words.act(action);
  }

  /** @param {HomeModel} model */
  render({ state }) {
    const { session } = this;
    if (state !== 'live' && (this.mirror.holding || this.mirror.mirrored))
      return this.mirror.stop(); // which renders again
    if (state !== 'live')
      this.words.close();
    this.words.render();
    this.glass.render(this.mirror, session.talk?.receivers.video.track ?? null, state === 'live' && session.model.sound);
  }

  /** What this page gets of the class. */
  async #figures() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const level_db = (await this.#loudness.since(this.session.talk?.receivers.audio ?? null)) ?? -120;
    return { width, height, fps: this.session.line.fps, level_db };
  }
}
