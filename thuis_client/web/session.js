// The pupil's session without a page: joins, comes back by itself, carries steering and questions.
// States and what moves between them are one table; the page only ever sees `model`.
import { CameraLeg } from '/camera-leg.js';
import { Delay, quality } from '/delay.js';
import { Local } from '/gedeeld/local.js';
import { configuration } from '/gedeeld/peer.js';
import { TalkLeg } from '/talk-leg.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { HomeModel } from '/view.js' */
/** @import { PupilMedia } from '/pupil-media.js' */
/** @typedef {Omit<M.Look, 'seq'>|Omit<M.Home, 'seq'>|Omit<M.Preset, 'seq'>|Omit<M.Follow, 'seq'>} CameraRequest */

const BEAT_MS = 250;
const STEER_MS = 70; // the set stops by itself after 350 ms without: four in a row may get lost
const SILENT_MS = 1500; // six beats without an answer: the line is dead, long before ICE says so
const DOUBT_MS = 600; // two beats without an answer: enough to believe the server that the set restarted
const ATTEMPT_MS = 8000; // offer to picture; blocked paths don't get better by waiting longer
const RETRY_MS = 1500;
const MOVE_MS = 30 * 60_000; // a set that is not in the next room by then was put away
const MOVE_RETRY_MS = 5000; // the server tells at once when the set is back; this is for when it can't
const BACK_MS = 3000; // a set that was just announced again has left its old address
const FROZEN_MS = 4000; // beats come but no picture: begin anew

/** @typedef {HomeModel['state']} State */
/** @typedef {'join'|'picture'|'lost'|'refused'|'over'|'curtain'|'open'|'moving'} Event */

/** @type {Record<State, Partial<Record<Event, State>>>} */
const TABLE = {
  off: { join: 'calling' },
  calling: { picture: 'live', refused: 'refused', over: 'off' },
  live: { lost: 'reconnecting', moving: 'reconnecting', curtain: 'curtain', over: 'off', refused: 'refused' },
  curtain: { lost: 'reconnecting', moving: 'reconnecting', open: 'live', over: 'off', refused: 'refused' },
  reconnecting: { picture: 'live', refused: 'refused', over: 'off' },
  refused: { join: 'calling', over: 'off' },
};

/** @type {M.Asked} */
const NOTHING_ASKED = { rung: 'none', soon: false, loud: true, told: false, chimes: 0 };

export class Session {
  /**
   * @param {PupilMedia} media
   * @param {Object} handlers
   * @param {(model: HomeModel) => void} handlers.onChange
   * @param {(stream: MediaStream) => void} handlers.onPicture  class picture, once it shows
   * @param {(stream: MediaStream|null) => void} handlers.onSound
   * @param {(reply: M.PresetReply) => void} handlers.onPreset
   * @param {(board: M.Board) => void} handlers.onBoard
   * @param {(data: string|ArrayBuffer) => void} handlers.onFile
   * @param {(code: string) => void} handlers.onNotNow  the camera is not turned now
   * @param {(message: M.BothWays) => void} handlers.onBothWays
   * @param {(message: M.HeardInClass) => void} handlers.onHeard
   * @param {(status: M.Status) => void} handlers.onStatus
   */
  constructor(media, handlers) {
    this.media = media;
    this.handlers = handlers;
    /** @type {HomeModel} */
    this.model = {
      state: 'off', why: null, reason: null, question: 'none', asked: NOTHING_ASKED, questionSince: null, mic: 'off', camera: 'off', sound: false,
      link: 'unknown', delayMs: null, moves: false, view: 'klas', smartboard: false, follows: false, presets: [], notices: [],
      peerOnline: false, paired: null, pairing: null, language: 'nl',
    };
    /** @type {M.Status|null} */
    this.status = null;
    /** @type {CameraLeg|null} the leg whose picture shows */
    this.leg = null;
    /** @type {CameraLeg|null} the leg that is being made */
    this.coming = null;
    /** @type {TalkLeg|null} */
    this.talk = null;
    /** @type {string|null} asked for while the picture was still on its way */
    this.talkNonce = null;
    /** @type {CameraLeg|null} the leg whose stream is on the glass */
    this.onGlass = null;
    this.parked = false; // the set waits to be moved, and still answers
    this.movingSince = 0;
    this.backAt = -BACK_MS; // when the set was last announced by the server
    this.attemptAt = 0;
    this.retryAt = Infinity;
    this.sequence = 0;
    this.motion = { pan: 0, tilt: 0, zoom: 0 };
    /** @type {Map<number, number>} */
    this.beats = new Map();
    this.delay = new Delay();
    this.seen = { fps: 0, lostPct: 0, frames: 0, pulseAt: 0, frameAt: 0, beatAt: 0 };
    /** @type {Local<M.ToHome | M.PairStep, M.FromHome | M.PagePairs>} */
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

  get needsLeg() {
    return !this.leg || (this.model.state === 'reconnecting' && !this.parked);
  }

  // --- what the pupil does ----------------------------------------------------------------------

  join() {
    this.happen('join', { reason: null });
    void this.attempt();
  }

  leave() {
    this.leg?.send({ type: 'leave' });
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
    this.leg?.send({ ...request, seq: ++this.sequence });
  }

  /** @param {boolean} loud  false asks for lamp and screen only */
  ask(loud) {
    this.leg?.send({ type: 'ask', loud });
  }

  withdraw() {
    this.leg?.send({ type: 'withdraw' });
  }

  /** Microphone or camera was switched, came or went. */
  mediaChanged() {
    this.talk?.setTracks(this.media.tracks);
    this.change({ mic: this.media.state.audio, camera: this.media.state.video });
    this.beat(performance.now()); // the class is told at once
  }

  /** @param {HomeModel['language']} language */
  speak(language) {
    this.change({ language });
  }

  /** @param {M.PagePairs} message */
  pair(message) {
    this.local.send(message);
  }

  // --- the local process ---------------------------------------------------------------------------

  /** @param {boolean} open */
  processState(open) {
    if (!open && this.model.state === 'calling')
      this.change({ reason: 'local_away' });
    this.retryAt = open && this.wanted && this.needsLeg ? 0 : this.retryAt;
  }

  /** @param {M.ToHome | M.PairStep} message */
  async fromProcess(message) {
    switch (message.type) {
      case 'status':
        return this.statusChanged(message);
      case 'verified':
        return this.answered(message);
      case 'signed_talk':
        return this.leg?.send({ type: 'talk', sealed: message.sealed });
      case 'candidate':
        return (this.coming ?? this.leg)?.candidate(message.ice);
      case 'refused':
        return this.refused(message.code, message.again);
      case 'gone':
        return this.over(message.code);
      case 'pair_step':
        return this.change({ pairing: message });
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
    if (first)
      this.change({ language: status.language === 'en' ? 'en' : 'nl' });
    if (!this.wanted && first && status.wanted)
      return this.join(); // the page was reloaded in mid-lesson
    // A set that restarted knows nothing of our leg: don't wait until the line falls silent for long. But that is only
    // the server's word: while the set itself still answers our beats, no server ends the lesson.
    const restarted = this.leg !== null && status.peer && this.leg.boot !== '' && this.leg.boot !== status.peer_boot;
    if (restarted && performance.now() - this.seen.pulseAt > DOUBT_MS) {
      this.drop('leg');
      this.lost();
    } else if (this.wanted && this.needsLeg && (!this.coming || (back && !this.coming.verified)) && status.server && status.peer) {
      void this.attempt();
    }
  }

  /** @param {M.Verified} message */
  async answered({ leg, sdp }) {
    try {
      await (leg === 'camera' ? this.coming : this.talk)?.answered(sdp);
    } catch {
      if (leg === 'camera')
        this.refused('media_failed', true);
    }
  }

  /** @param {string} code @param {boolean} again */
  refused(code, again) {
    if (!this.coming && !this.needsLeg)
      return; // the session that runs is not touched by it
    this.drop('coming');
    if (again) {
      this.retryAt = performance.now() + (this.model.why === 'moving' ? MOVE_RETRY_MS : RETRY_MS);
      this.change({ reason: code });
    } else {
      this.over(code, 'refused');
    }
  }

  // --- the camera leg ----------------------------------------------------------------------------------

  /** Make a new leg; the one that shows stays until the new one has a picture. */
  async attempt() {
    this.drop('coming');
    this.retryAt = Infinity;
    this.attemptAt = performance.now();
    const leg = new CameraLeg(configuration(this.status), {
      onVerified: (verified) => this.verified(verified),
      onStranger: () => this.refused('unverified', false),
      onOpen: () => this.tick(performance.now()),
      onGone: (gone) => this.legGone(gone),
      onMessage: (from, message) => void this.fromSet(from, message),
      onFile: (data) => leg === this.leg && this.handlers.onFile(data),
      onCandidate: (ice) => void this.local.send({ type: 'candidate', ice }),
    });
    leg.boot = this.status?.peer_boot ?? '';
    this.coming = leg;
    const sdp = await leg.offer();
    if (this.coming !== leg)
      return;
    if (!this.local.send({ type: 'camera_offer', sdp }))
      return this.refused('local_away', true);
  }

  /** @param {CameraLeg} leg */
  verified(leg) {
    if (leg !== this.coming)
      return;
    if (this.model.state === 'calling' || !leg.receiver.track.muted)
      this.show(leg);
    else // the last picture stays on the glass until the new leg has one
      leg.receiver.track.onunmute = () => this.show(leg);
  }

  /**
   * A picture is on the glass.
   * @param {number} rtpTimestamp
   * @param {number} shownAt
   */
  pictureShown(rtpTimestamp, shownAt) {
    this.seen.frames += 1;
    this.seen.frameAt = performance.now();
    this.delay.shown(rtpTimestamp, shownAt);
    if (this.coming && this.onGlass === this.coming)
      this.takeOver();
  }

  /** @private @param {CameraLeg} leg */
  show(leg) {
    this.onGlass = leg;
    this.handlers.onPicture(leg.stream);
  }

  /** @private */
  takeOver() {
    this.drop('leg');
    this.leg = this.coming;
    this.coming = null;
    this.seen.pulseAt = performance.now();
    this.happen('picture', { reason: null });
    if (this.talkNonce)
      void this.makeTalk(this.talkNonce);
  }

  /** @param {CameraLeg} leg */
  legGone(leg) {
    if (leg === this.leg) {
      this.drop('leg');
      if (this.model.state !== 'reconnecting')
        this.lost();
    } else if (leg === this.coming)
      this.refused('no_answer', true);
  }

  /** The line is silent: make a new leg; the old one stays in case it comes back first. */
  lost() {
    this.parked = false;
    this.delay = new Delay();
    this.happen('lost', { link: 'unknown', delayMs: null, moves: false });
    void this.attempt();
  }

  /** The old leg lives again, before the new one did. */
  resumed() {
    this.drop('coming');
    this.retryAt = Infinity;
    if (this.leg)
      this.show(this.leg);
    this.happen('picture', { reason: null });
  }

  /**
   * @param {CameraLeg} leg
   * @param {M.FromSet | M.BothWays | M.HeardInClass} message
   */
  async fromSet(leg, message) {
    if (leg !== this.leg && leg !== this.coming)
      return;
    const now = performance.now();
    switch (message.type) {
      case 'pulse': {
        this.seen.pulseAt = now;
        if (leg === this.leg && this.model.state === 'reconnecting' && !this.parked)
          this.resumed();
        const sentAt = this.beats.get(message.seq);
        this.beats.delete(message.seq);
        if (sentAt !== undefined)
          this.delay.pulse(message, sentAt, now);
        return;
      }
      case 'situation':
        return this.situation(message, now);
      case 'preset_reply':
        return this.handlers.onPreset(message);
      case 'board':
        return this.handlers.onBoard(message);
      case 'talk_wanted':
        // The picture first: both at once would make the child wait for it.
        this.talkNonce = message.nonce;
        return this.coming ? undefined : this.makeTalk(message.nonce);
      case 'talk':
        return void this.local.send({ type: 'talk_answer', sealed: message.sealed });
      case 'talk_candidate':
        return this.talk?.candidate(message.ice);
      case 'not_now':
        return this.handlers.onNotNow(message.code);
      case 'farewell':
        return message.code === 'moving' ? this.drivesOff() : this.over(message.code);
      case 'mirror':
      case 'reflection':
      case 'words':
        return this.handlers.onBothWays(message);
      case 'heard_in_class':
        return this.handlers.onHeard(message);
    }
  }

  /** @param {M.Situation} situation @param {number} now */
  situation({ question, asked, asked_ago_ms: ago, curtain, moves, notices, view, smartboard, follows, presets, moving }, now) {
    const questionSince = question === 'none' ? null : now - ago;
    this.change({ view, smartboard, question, asked, questionSince, moves, follows, presets: [...presets], notices: [...notices] });
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
    this.drop('leg');
    this.dropTalk();
    void this.attempt();
  }

  // --- the talk leg --------------------------------------------------------------------------------------

  /** @param {string} nonce */
  async makeTalk(nonce) {
    this.talkNonce = null;
    this.dropTalk();
    const talk = new TalkLeg(configuration(this.status), this.media.tracks, (ice) =>
      this.leg?.send({ type: 'talk_candidate', ice }), (sound) => talk === this.talk && this.handlers.onSound(sound));
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
    if (now - this.seen.beatAt >= BEAT_MS)
      this.beat(now);
    if (this.wanted && now >= this.retryAt)
      void this.attempt();
    const patience = now - this.backAt < BACK_MS ? DOUBT_MS : SILENT_MS;
    if (this.model.why === 'moving' && now - this.movingSince > MOVE_MS)
      this.over('move_late', 'refused');
    else if (this.coming && now - this.attemptAt > ATTEMPT_MS)
      this.refused('no_answer', true);
    else if (leg && !this.needsLeg && now - this.seen.pulseAt > patience)
      this.lost();
    else if (leg && !this.needsLeg && !document.hidden && now - this.seen.frameAt > FROZEN_MS)
      this.lost();
    this.change({ sound: this.talk?.isUp ?? false });
  }

  /** @param {number} now */
  beat(now) {
    this.seen.beatAt = now;
    const seq = ++this.sequence;
    this.beats.set(seq, now);
    if (this.beats.size > 40)
      this.beats.clear(); // ten seconds unanswered: none of them will be
    /** @type {M.Beat} */
    const beat = {
      type: 'beat', seq, clock_ms: now, mic: this.model.mic, camera: this.model.camera, fps: this.seen.fps,
      lost_pct: this.seen.lostPct, showing: this.leg !== null, talking: this.talk?.isAlive ?? false,
      presence: this.media.presence,
    };
    for (const leg of [this.leg, this.coming])
      leg?.send(beat);
  }

  /** Once a second: what the page sees of the line. */
  async measure() {
    this.seen.fps = this.seen.frames;
    this.seen.frames = 0;
    const { leg } = this;
    if (!leg)
      return;
    for (const report of (await leg.receiver.getStats()).values()) {
      if (report.type !== 'inbound-rtp')
        continue;
      const lost = report.packetsLost - (this.packets?.lost ?? 0);
      const received = report.packetsReceived - (this.packets?.received ?? 0);
      this.seen.lostPct = lost > 0 && received > 0 ? Math.min(100, (100 * lost) / (lost + received)) : 0;
      this.packets = { lost: report.packetsLost, received: report.packetsReceived };
    }
    const delayMs = this.delay.ms;
    const withheld = this.curtain || this.model.why !== null; // two even pictures a second say nothing of the line
    const link = quality({ fps: this.model.view === 'klas' && !withheld ? this.seen.fps : null, lostPct: this.seen.lostPct, delayMs });
    this.change({ delayMs: delayMs === null ? null : Math.round(delayMs / 50) * 50, link });
  }

  // --- one setter -------------------------------------------------------------------------------------------

  /**
   * @param {string|null} reason
   * @param {'over'|'refused'} event
   */
  over(reason, event = 'over') {
    this.drop('leg');
    this.drop('coming');
    this.dropTalk();
    this.handlers.onSound(null);
    this.retryAt = Infinity;
    this.motion = { pan: 0, tilt: 0, zoom: 0 };
    this.parked = false;
    this.happen(event, {
      why: null, reason, question: 'none', asked: NOTHING_ASKED, questionSince: null, link: 'unknown', delayMs: null, moves: false, follows: false,
    });
  }

  /**
   * @param {Event} event
   * @param {Partial<HomeModel>} more
   */
  happen(event, more = {}) {
    this.change({ ...more, state: TABLE[this.model.state][event] ?? this.model.state });
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

  /** @param {'leg'|'coming'} which */
  drop(which) {
    this[which]?.close();
    this[which] = null;
  }
}
