// The camera legs of a session: the one whose picture shows, and the one being made, which takes its place once it has a
// picture itself. Knows nothing of the pupil's states.
import { CameraLeg } from '/camera-leg.js';
import { configuration } from '/gedeeld/peer.js';

/** @import * as M from '/gedeeld/messages' */

/**
 * @typedef {Object} LegsHandlers
 * @property {() => boolean} isEmpty  nothing on the glass is worth keeping
 * @property {(message: M.CameraOffer | M.Candidate) => boolean} toProcess
 * @property {(code: string, again: boolean) => void} onRefused  the leg that was being made came to nothing
 * @property {() => void} onOpen      its control channel is up
 * @property {() => void} onTaken     it shows, and is the leg from now on
 * @property {() => void} onGone      the leg that showed is gone
 * @property {(message: M.FromSet | M.FromClass | M.ToSeat, showing: boolean) => void} onMessage  of either leg
 * @property {(stream: MediaStream) => void} onPicture
 * @property {(data: string|ArrayBuffer) => void} onFile
 */

export class Legs {
  /** @type {CameraLeg|null} whose stream is on the glass */
  #onGlass = null;

  /** @param {LegsHandlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    /** @type {CameraLeg|null} the leg whose picture shows */
    this.leg = null;
    /** @type {CameraLeg|null} the leg that is being made */
    this.coming = null;
    this.attemptAt = 0; // when it was begun
  }

  /** Make a new leg; the one that shows stays until the new one has a picture. @param {M.Status|null} status */
  async attempt(status) {
    this.drop('coming');
    this.attemptAt = performance.now();
    const { handlers } = this;
    const leg = new CameraLeg(configuration(status), {
      onVerified: (verified) => this.#verified(verified),
      onStranger: () => handlers.onRefused('unverified', false),
      onOpen: () => handlers.onOpen(),
      onGone: (gone) => this.#gone(gone),
      onMessage: (from, message) => this.#has(from) && handlers.onMessage(message, from === this.leg),
      onFile: (data) => leg === this.leg && handlers.onFile(data),
      onCandidate: (ice) => void handlers.toProcess({ type: 'candidate', ice }),
    });
    leg.boot = status?.peer_boot ?? '';
    this.coming = leg;
    const sdp = await leg.offer();
    if (this.coming === leg && !handlers.toProcess({ type: 'camera_offer', sdp }))
      handlers.onRefused('local_away', true);
  }

  /** A picture is on the glass: of the new leg, it is the first. */
  pictureShown() {
    if (!this.coming || this.#onGlass !== this.coming)
      return;
    this.drop('leg');
    this.leg = this.coming;
    this.coming = null;
    this.handlers.onTaken();
  }

  /** The old leg lives again, before the new one did. */
  keepOld() {
    this.drop('coming');
    if (this.leg && this.#onGlass !== this.leg) // an element that is given the same once more begins anew
      this.#show(this.leg);
  }

  /** @param {M.FromPupil} message  to whatever leg there is */
  sendAll(message) {
    for (const leg of [this.leg, this.coming])
      leg?.send(message);
  }

  /** @param {'leg'|'coming'} which */
  drop(which) {
    this[which]?.close();
    this[which] = null;
  }

  /** @param {CameraLeg} leg */
  #has(leg) {
    return leg === this.leg || leg === this.coming;
  }

  /** @param {CameraLeg} leg */
  #verified(leg) {
    if (leg !== this.coming)
      return;
    if (this.handlers.isEmpty() || !leg.receiver.track.muted)
      this.#show(leg);
    else // the last picture stays on the glass until the new leg has one
      leg.receiver.track.onunmute = () => this.#show(leg);
  }

  /** @param {CameraLeg} leg */
  #show(leg) {
    this.#onGlass = leg;
    this.handlers.onPicture(leg.stream);
  }

  /** @param {CameraLeg} leg */
  #gone(leg) {
    if (leg === this.leg) {
      this.drop('leg');
      this.handlers.onGone();
    } else if (leg === this.coming) {
      this.handlers.onRefused('no_answer', true);
    }
  }
}
