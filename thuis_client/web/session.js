// The pupil's session without a page: joins, comes back by itself, carries steering and questions.
// The page only ever sees `model`.
import { Asking } from '/asking.js';
import { Local } from '/gedeeld/local.js';
import { configuration } from '/gedeeld/peer.js';
import { Legs } from '/legs.js';
import { LineWatch } from '/line-watch.js';
import { firstModel, next, NOTHING_ASKED } from '/states.js';
import { TalkLeg } from '/talk-leg.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { HomeModel } from '/view.js' */
/** @import { PupilMedia } from '/pupil-media.js' */
/** @import { Event } from '/states.js' */
/** @typedef {M.ToHome|M.PairStep|M.Agenda|M.Knocked} FromProcess */
/** @typedef {Omit<M.Look, 'seq'>|Omit<M.Home, 'seq'>|Omit<M.Preset, 'seq'>|Omit<M.Follow, 'seq'>|Omit<M.Aim, 'seq'>} CameraRequest */

const BEAT_MS = 250;
const STEER_MS = 70; // the set stops by itself after 350 ms without: four in a row may get lost
const SILENT_MS = 1500; // six beats without an answer: the line is dead, long before ICE says so
const DOUBT_MS = 600; // two beats without an answer: enough to believe the server that the set restarted
const ATTEMPT_MS = 8000; // offer to picture; blocked paths don't get better by waiting longer
const CALL_MS = 10_000; // whatever begins anew meanwhile, a pupil is not left without words for longer
const RETRY_MS = 1500;
const MOVE_MS = 30 * 60_000; // a set that is not in the next room by then was put away
const MOVE_RETRY_MS = 5000; // the server tells at once when the set is back; this is for when it can't
const BACK_MS = 3000; // a set that was just announced again has left its old address
const FROZEN_MS = 4000; // beats come but no picture: begin anew

export class Session {
  /**
   * @param {PupilMedia} media
   * @param {Object} handlers
   * @param {(model: HomeModel) => void} handlers.onChange
   * @param {(stream: MediaStream) => void} handlers.onPicture  class picture, once it shows
   * @param {(stream: MediaStream|null) => void} handlers.onSound
   * @param {(data: string|ArrayBuffer) => void} handlers.onFile
   * @param {(channel: RTCDataChannel) => void} handlers.onFileChannel  of the talk leg, to the page in class
   * @param {(message: M.FromSet | M.FromClass | M.ToSeat) => void} handlers.onMessage  what the session itself makes nothing of
   * @param {(message: M.Agenda | M.Knocked) => void} handlers.onProcess  what this laptop's process says beside it
   * @param {(status: M.Status) => void} handlers.onStatus
   */
  constructor(media, handlers) {
    this.media = media;
    this.handlers = handlers;
    /** @type {HomeModel} */
    this.model = firstModel();
    /** @type {M.Status|null} */
    this.status = null;
    this.spoken = false; // a language was chosen here; until then the settings' holds
    this.legs = new Legs({
      isEmpty: () => this.model.state === 'calling',
      toProcess: (message) => this.local.send(message),
      onRefused: (code, again) => this.refused(code, again),
      onOpen: () => this.tick(performance.now()),
      onTaken: () => this.taken(),
      onGone: () => this.model.state !== 'reconnecting' && this.lost(),
      onMessage: (message, showing) => void this.fromSet(message, showing),
      onPicture: (stream) => this.handlers.onPicture(stream),
      onFile: (data) => this.handlers.onFile(data),
    });
    this.line = new LineWatch();
    this.asking = new Asking((message) => this.send(message));
    /** @type {TalkLeg|null} */
    this.talk = null;
    /** @type {string|null} asked for while the picture was still on its way */
    this.talkNonce = null;
    this.parked = false; // the set waits to be moved, and still answers
    this.movingSince = 0;
    this.backAt = -BACK_MS; // when the set was last announced by the server
    this.retryAt = Infinity;
    this.calledAt = 0;
    this.movable = false; // what the set told last, whatever the line did since
    this.sequence = 0;
    this.motion = { pan: 0, tilt: 0, zoom: 0 };
    /** @type {Local<FromProcess, M.FromHome | M.PagePairs | M.Knock>} */
    this.local = new Local({
      onMessage: (message) => void this.fromProcess(message),
      onState: (open) => this.processState(open),
      isLive: () => this.wanted,
    });
    setInterval(() => this.tick(performance.now()), STEER_MS);
    setInterval(() => void this.measure(), 1000);
  }

  /** Whether the pupil means to be in class, whatever the line does. */
  get wanted() {
    return !['off', 'refused'].includes(this.model.state);
  }

  /** The camera leg whose picture shows. */
  get leg() {
    return this.legs.leg;
  }

  get needsLeg() {
    return !this.leg || (this.model.state === 'reconnecting' && !this.parked);
  }

  // --- what the pupil does ----------------------------------------------------------------------

  join() {
    this.calledAt = performance.now();
    this.happen('join', { reason: null });
    void this.attempt();
  }

  leave() {
    this.send({ type: 'leave' });
    this.local.send({ type: 'hang' });
    this.over(null);
  }

  /** @param {{pan: number, tilt: number, zoom: number}} motion  each -1..1 */
  steer(motion) {
    this.motion = motion;
    this.leg?.steer({ type: 'steer', seq: ++this.sequence, ...motion });
  }

  /** Anything but a held direction that turns the camera. @param {CameraRequest} request */
  turn(request) {
    this.send({ ...request, seq: ++this.sequence });
  }

  /** To the set, if it can be reached. @param {M.FromPupil | M.BothWays | M.FromSeat} message */
  send(message) {
    this.leg?.send(message);
  }

  /** @param {boolean} loud */
  ask(loud) {
    this.asking.ask(loud, this.leg);
  }

  /** Microphone or camera was switched, came or went. */
  mediaChanged() {
    this.talk?.setTracks(this.media.tracks);
    const { audio, video } = this.media.state;
    this.change({ mic: audio, camera: video, holds: this.media.voice.holdToTalk, resting: this.media.resting });
    this.beat(performance.now()); // the class is told at once
  }

  /** @param {HomeModel['language']} language */
  speak(language) {
    this.spoken = true;
    this.change({ language });
  }

  // --- the local process ---------------------------------------------------------------------------

  /** @param {boolean} open */
  processState(open) {
    if (!open && this.model.state === 'calling')
      this.change({ reason: 'local_away' });
    this.retryAt = open && this.wanted && this.needsLeg ? 0 : this.retryAt;
  }

  /** @param {FromProcess} message */
  async fromProcess(message) {
    switch (message.type) {
      case 'status':
        return this.statusChanged(message);
      case 'verified':
        return this.answered(message);
      case 'signed_talk':
        return this.send({ type: 'talk', sealed: message.sealed });
      case 'candidate':
        return (this.legs.coming ?? this.leg)?.candidate(message.ice);
      case 'refused':
        return this.refused(message.code, message.again);
      case 'gone':
        return this.over(message.code);
      case 'pair_step':
        return this.change({ pairing: message });
      case 'agenda':
      case 'knocked':
        return this.handlers.onProcess(message);
      case 'taken_over':
        this.local.end();
        return this.over('taken_over', 'refused');
    }
  }

  /** @param {M.Status} status */
  statusChanged(status) {
    const first = this.status === null;
    const back = !first && status.peer_logins !== this.status?.peer_logins;
    this.status = status;
    if (back)
      this.backAt = performance.now();
    this.handlers.onStatus(status);
    this.change({ peerOnline: status.peer, paired: status.paired });
    const { reason } = this.model;
    if (this.wanted && ((reason === 'unit_offline' && status.peer) || (reason === 'server_away' && status.server)))
      this.change({ reason: null }); // it is there now: if it does not answer, something else is wrong
    if (first && !this.spoken)
      this.change({ language: status.language === 'en' ? 'en' : 'nl' });
    if (!this.wanted && first && status.wanted)
      return this.join(); // the page was reloaded in mid-lesson
    // A set that restarted knows nothing of our leg: don't wait until the line falls silent for long. But that is only
    // the server's word: while the set itself still answers our beats, no server ends the lesson.
    const restarted = this.leg !== null && status.peer && this.leg.boot !== '' && this.leg.boot !== status.peer_boot;
    if (restarted && performance.now() - this.line.pulseAt > DOUBT_MS) {
      this.legs.drop('leg');
      this.lost();
    } else if (this.wanted && this.needsLeg && (!this.legs.coming || (back && !this.legs.coming.verified)) && status.server && status.peer) {
      void this.attempt();
    }
  }

  /** @param {M.Verified} message */
  async answered({ leg, sdp }) {
    try {
      await (leg === 'camera' ? this.legs.coming : this.talk)?.answered(sdp);
    } catch {
      if (leg === 'camera')
        this.refused('media_failed', true);
    }
  }

  /** @param {string} code @param {boolean} again */
  refused(code, again) {
    if (!this.legs.coming && !this.needsLeg)
      return; // the session that runs is not touched by it
    this.legs.drop('coming');
    if (again) {
      this.retryAt = performance.now() + (this.model.why === 'moving' ? MOVE_RETRY_MS : RETRY_MS);
      this.change({ reason: code });
    } else {
      this.over(code, 'refused');
    }
  }

  // --- the camera leg ----------------------------------------------------------------------------------

  async attempt() {
    this.retryAt = Infinity;
    await this.legs.attempt(this.status);
  }

  /** A picture is on the glass. @param {number} rtpTimestamp @param {number} shownAt */
  pictureShown(rtpTimestamp, shownAt) {
    this.line.pictureShown(rtpTimestamp, shownAt);
    this.legs.pictureShown();
  }

  /** The new leg shows. */
  taken() {
    this.line.pulseAt = performance.now();
    this.happen('picture', { reason: null });
    this.asking.again(this.model.question, this.leg);
    if (this.talkNonce)
      void this.makeTalk(this.talkNonce);
  }

  /** The line is silent: make a new leg; the old one stays in case it comes back first. */
  lost() {
    this.parked = false;
    this.line.forget();
    this.happen('lost', { link: 'unknown', delayMs: null, moves: false });
    void this.attempt();
  }

  /** The old leg lives again, before the new one did. */
  resumed() {
    this.legs.keepOld();
    this.line.frameAt = performance.now(); // it gets the time for a picture that a new one would get
    this.retryAt = Infinity;
    this.happen('picture', { reason: null, moves: this.movable }); // over a leg that stayed, the set tells nothing twice
  }

  /**
   * @param {M.FromSet | M.FromClass | M.ToSeat} message
   * @param {boolean} showing  it came over the leg that shows, not over one that is being made
   */
  async fromSet(message, showing) {
    const now = performance.now();
    switch (message.type) {
      case 'pulse':
        if (showing && this.model.state === 'reconnecting' && !this.parked)
          this.resumed();
        return this.line.answered(message, now);
      case 'situation':
        return this.situation(message, now, showing);
      case 'talk_wanted':
        // The picture first: both at once would make the child wait for it.
        this.talkNonce = message.nonce;
        return this.legs.coming ? undefined : this.makeTalk(message.nonce);
      case 'talk':
        return void this.local.send({ type: 'talk_answer', sealed: message.sealed });
      case 'talk_candidate':
        return this.talk?.candidate(message.ice);
      case 'farewell':
        return message.code === 'moving' ? this.drivesOff() : this.over(message.code);
      default:
        return this.handlers.onMessage(message);
    }
  }

  /** @param {M.Situation} situation @param {number} now @param {boolean} showing */
  situation({ question, asked, asked_ago_ms: ago, curtain, moves, notices, view, smartboard, follows, presets, moving }, now, showing) {
    const questionSince = question === 'none' ? null : now - ago;
    this.change({ view, smartboard, question, asked, questionSince, moves, follows, presets: [...presets], notices: [...notices] });
    this.movable = moves;
    this.asking.told(question, asked.loud, this.leg, showing);
    this.curtain = curtain;
    if (moving)
      return this.parks(now);
    const arrived = this.model.why === 'moving';
    this.change({ why: null });
    if (arrived && this.parked)
      this.happen('picture');
    this.parked = false;
    this.happen(curtain ? 'curtain' : 'open');
  }

  // --- the set goes to another room ----------------------------------------------------------------------

  /** It waits to be moved: no picture and no sound, but it still answers. @param {number} now */
  parks(now) {
    if (this.model.why !== 'moving')
      this.movingSince = now;
    this.parked = this.leg !== null;
    this.happen('moving', { why: 'moving', reason: null });
  }

  /** It is switched off or unplugged: come back as soon as it does. */
  drivesOff() {
    this.parks(performance.now());
    this.parked = false;
    this.legs.drop('leg');
    this.dropTalk();
    void this.attempt();
  }

  // --- the talk leg --------------------------------------------------------------------------------------

  /** @param {string} nonce */
  async makeTalk(nonce) {
    this.talkNonce = null;
    this.dropTalk();
    const talk = new TalkLeg(configuration(this.status), this.media.tracks, (ice) =>
      this.send({ type: 'talk_candidate', ice }), (sound) => talk === this.talk && this.handlers.onSound(sound),
      (channel) => talk === this.talk && this.handlers.onFileChannel(channel));
    this.talk = talk;
    const sdp = await talk.offer();
    if (this.talk === talk)
      this.local.send({ type: 'talk_offer', nonce, sdp });
  }

  dropTalk() {
    this.talk?.close();
    this.talk = null;
  }

  // --- time ------------------------------------------------------------------------------------------------

  /** Ten times a second: keep steering alive, beat, and notice silence. @param {number} now */
  tick(now) {
    const { leg, motion } = this;
    if (leg && (motion.pan || motion.tilt || motion.zoom))
      leg.steer({ type: 'steer', seq: ++this.sequence, ...motion });
    if (now - this.line.beatAt >= BEAT_MS)
      this.beat(now);
    if (this.wanted && now >= this.retryAt)
      void this.attempt();
    const patience = now - this.backAt < BACK_MS ? DOUBT_MS : SILENT_MS;
    if (this.model.why === 'moving' && now - this.movingSince > MOVE_MS)
      this.over('move_late', 'refused');
    else if (this.legs.coming && now - this.legs.attemptAt > ATTEMPT_MS)
      this.refused('no_answer', true);
    else if (this.model.state === 'calling' && this.model.reason === null && now - this.calledAt > CALL_MS)
      this.change({ reason: 'no_answer' }); // and it goes on trying
    else if (leg && !this.needsLeg && now - this.line.pulseAt > patience)
      this.lost();
    else if (leg && !this.needsLeg && !document.hidden && now - this.line.frameAt > FROZEN_MS)
      this.lost();
    this.change({ sound: this.talk?.isUp ?? false });
  }

  /** @param {number} now */
  beat(now) {
    const seq = ++this.sequence;
    this.line.beaten(seq, now);
    /** @type {M.Beat} */
    const beat = {
      type: 'beat', seq, clock_ms: now, mic: this.model.mic, camera: this.model.camera, fps: this.line.fps,
      lost_pct: this.line.lostPct, showing: this.leg !== null, talking: this.talk?.isAlive ?? false, resting: this.model.resting,
      presence: this.media.presence,
    };
    this.legs.sendAll(beat);
  }

  /** Once a second: what the page sees of the line. */
  async measure() {
    this.line.count();
    if (!this.leg)
      return;
    await this.line.losses(this.leg.receiver);
    const withheld = this.curtain || this.model.why !== null; // two even pictures a second say nothing of the line
    this.change(this.line.figures(this.model.view === 'klas' && !withheld));
  }

  // --- one setter -------------------------------------------------------------------------------------------

  /** @param {string|null} reason @param {'over'|'refused'} event */
  over(reason, event = 'over') {
    this.legs.drop('leg');
    this.legs.drop('coming');
    this.dropTalk();
    this.handlers.onSound(null);
    this.retryAt = Infinity;
    this.motion = { pan: 0, tilt: 0, zoom: 0 };
    this.parked = false;
    this.asking.forget();
    this.happen(event, {
      why: null, reason, question: 'none', asked: NOTHING_ASKED, questionSince: null, link: 'unknown', delayMs: null, moves: false, follows: false,
    });
  }

  /** @param {Event} event @param {Partial<HomeModel>} more */
  happen(event, more = {}) {
    this.change({ ...more, state: next(this.model.state, event) });
    if (event === 'picture' && this.model.why === 'moving') {
      this.parked = true; // back, but not yet in the room: the set tells when
      this.change({ state: 'reconnecting' });
    } else if (event === 'picture' && this.curtain)
      this.change({ state: 'curtain' });
  }

  /** @param {Partial<HomeModel>} more */
  change(more) {
    Object.assign(this.model, more);
    this.handlers.onChange(this.model);
  }
}
