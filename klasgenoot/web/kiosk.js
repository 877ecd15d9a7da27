// The screen in the classroom: wires the agent, the talk leg, the class microphone and what is seen.
import { ChimePlayer } from '/chime-player.js';
import { Local } from '/gedeeld/local.js';
import { configuration } from '/gedeeld/peer.js';
import { HelpdeskStrip } from '/helpdesk.js';
import { MicMeter } from '/gedeeld/mic-meter.js';
import { SoundDesk } from '/sound-desk.js';
import { SoundTest } from '/sound-test.js';
import { Speaking } from '/speaking.js';
import { Talk } from '/talk.js';
import { Together } from '/together.js';
import { Veil } from '/veil.js';
import { KioskView } from '/view.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { KioskModel } from '/view.js' */

const ORPHANED_MS = 15_000; // an agent that restarts is back sooner; without it nobody guards the talk leg

/** @type {M.Screen|null} */
let screen = null;
/** @type {'nl'|'en'|null} */
let chosenLanguage = null;
/** @type {MediaStreamTrack|null} */
let classSound = null;
let hears = /** @type {M.MicLevel} */ ('unknown');
let speaker = /** @type {M.SpeakerState} */ ('unknown');
let blocked = false;
let closed = false; // the curtain; as last told, also while the agent is away
let orphaned = 0;
let askedAt = 0;
/** @type {M.PairStep|null} */
let pairing = null;

const chimes = new ChimePlayer();
const view = new KioskView(document, {
  onAction: (action) => {
    if (desk.act(action) || together.act(action))
      return;
    if (isPress(action))
      agent.send({ type: 'press', action });
    else if (action === 'test-sound')
      test.start();
    else if (action === 'park_here')
      agent.send({ type: 'room_key', action });
    else if (action === 'sound')
      void view.video.play().then(() => setBlocked(false), () => {});
  },
  onLanguage: (language) => {
    chosenLanguage = language;
    render();
  },
  onPair: (message) => void agent.send(message),
  onRoom: (message) => void agent.send(message),
});

const meter = new MicMeter({
  onBar: (level) => view.checklist.level(level),
  onLevel: (level) => {
    hears = level;
    tellSound();
    if (level === 'silent')
      void desk.room.reopen(); // not every system tells that it was unplugged: it is only silent
  },
});

const test = new SoundTest(document, {
  sink: () => view.video.sinkId,
  onHeard: (heard) => {
    speaker = heard ? 'on' : 'unheard';
    tellSound();
  },
});

const veil = new Veil(view.video, () => render());

const helpdesk = new HelpdeskStrip(document, (answer) => void agent.send({ type: 'helpdesk_answer', answer }));

const talk = new Talk({
  onStream: (stream) => {
    view.video.srcObject = stream;
    if (stream)
      void view.video.play().then(() => setBlocked(false), (error) => setBlocked(error.name === 'NotAllowedError'));
    render();
  },
  onChange: () => {
    tellSound();
    render();
  },
  onCandidate: (ice) => void agent.send({ type: 'talk_candidate', ice }),
  onFiles: (channel) => together.files.attach(channel),
});

const speaking = new Speaking(view.video.parentElement ?? document.body, talk);

const together = new Together(document, (message) => agent.send(message));

const desk = new SoundDesk(document, view.video, talk, {
  send: (message) => agent.send(message),
  onTrack: (track) => {
    classSound = track;
    meter.listen(desk.room.heard);
    applyCurtain();
    talk.setClassSound(track);
  },
  onChange: () => {
    speaker = desk.speaker.isAbsent ? 'absent' : speaker === 'unheard' ? speaker : 'on';
    tellSound();
    render();
  },
});

/** @type {Local<M.ToKiosk | M.PairStep | M.BuddyLink | M.RoomScreen | M.HelpdeskShown | M.Agenda | M.BothWays, M.FromKiosk | M.PagePairs | M.FromRoom | M.PageHelpdesk | M.KioskSound | M.Together>} */
const agent = new Local({
  onMessage: (message) => void fromAgent(message),
  onState: (open) => {
    if (open) {
      clearTimeout(orphaned);
      orphaned = 0;
      desk.tellAgain();
      return tellSound();
    }
    if (orphaned) // every try to come back that fails is told, too: the time runs from the first
      return;
    orphaned = setTimeout(orphan, ORPHANED_MS);
    if (screen)
      screen = { ...screen, state: 'starting', reason: '', todo: '' };
    render();
  },
  isLive: () => talk.isUp,
});

/** @param {M.ToKiosk | M.PairStep | M.BuddyLink | M.RoomScreen | M.HelpdeskShown | M.Agenda | M.BothWays} message */
async function fromAgent(message) {
  switch (message.type) {
    case 'screen': {
      const first = screen === null;
      screen = message;
      closed = message.state === 'curtain';
      askedAt = performance.now() - message.asked_ago_ms;
      veil.follow(message.presence.step, message.camera === 'on');
      chimes.follow(message.asked.chimes, !closed && message.question === 'escalated', sinkOf(view.video));
      if (first)
        void desk.open(message);
      return render();
    }
    case 'talk_call': {
      const sdp = await talk.answer(message.sdp, configuration(screen));
      return void agent.send({ type: 'talk_reply', sdp });
    }
    case 'talk_candidate':
      return talk.candidate(message.ice);
    case 'talk_end':
      return talk.close();
    case 'mirror':
    case 'reflection':
    case 'words':
      return desk.received(message);
    case 'signal':
    case 'chat':
    case 'chat_heard':
      return together.received(message);
    case 'pair_step':
      pairing = message;
      return render();
    case 'buddy_link':
      return view.buddy.show(message);
    case 'room_screen':
      view.room.told(message);
      return render();
    case 'agenda':
      return view.lesson.told(message);
    case 'helpdesk_shown':
      return helpdesk.tell(message);
    case 'taken_over':
      agent.end();
      talk.close();
      screen = screen && { ...screen, state: 'fault', reason: 'taken_over', watching: false };
      return render();
  }
}

/** The agent stays away: nobody guards the talk leg, and nobody else can say so. */
function orphan() {
  talk.close();
  if (screen)
    screen = { ...screen, state: 'fault', reason: 'local_away', todo: 'local_away', watching: false, checks: [], notices: [] };
  render();
}

/** Behind the curtain no sound of the class leaves the room, and the pupil is not seen. */
function applyCurtain() {
  if (classSound)
    classSound.enabled = !closed;
  meter.pause(closed);
  view.video.muted = closed;
}

function tellSound() {
  agent?.send({ type: 'sounding', microphone: desk.microphone, talking: talk.isUp, blocked, hears, speaker });
}

/** @param {boolean} value */
function setBlocked(value) {
  blocked = value;
  tellSound();
  render();
}

/** The loudspeaker that plays the pupil's voice. @param {HTMLVideoElement} video */
function sinkOf(video) {
  return /** @type {{sinkId?: string}} */ (/** @type {unknown} */ (video)).sinkId ?? '';
}

/** @param {string} action @returns {action is M.Press['action']} */
function isPress(action) {
  return ['seen', 'soon', 'turn', 'curtain', 'move', 'shutdown', 'buddy', 'come', 'wait'].includes(action);
}

function render() {
  if (!screen)
    return;
  applyCurtain();
  /** @type {KioskModel} */
  const model = {
    state: screen.state,
    reason: screen.reason || null,
    watching: screen.watching || talk.isUp,
    question: screen.question,
    asked: screen.asked,
    buddies: screen.buddies,
    knocks: screen.knocks,
    questionSince: screen.question === 'none' ? null : askedAt,
    pupil: {
      mic: screen.mic, camera: screen.camera, video: talk.isUp && screen.camera === 'on' && veil.lifted, sound: talk.isUp, presence: screen.presence,
      resting: screen.resting,
    },
    soundBlocked: blocked,
    todo: screen.todo || null,
    checks: screen.checks.map(({ advice, ...check }) => ({ ...check, advice: advice || null })),
    notices: [...screen.notices],
    pairing,
    unitName: screen.unit_name,
    language: chosenLanguage ?? (screen.language === 'en' ? 'en' : 'nl'),
  };
  if (model.state === 'live' || model.state === 'curtain')
    test.stop();
  view.render(model);
  helpdesk.render();
  desk.render(screen, closed);
  together.render(screen, closed);
  speaking.render(screen.state === 'live' && !closed, desk.room.groepswerk);
}
