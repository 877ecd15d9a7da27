// The home page: wires session, steering, the pupil's own media and what is seen.
import { Appear } from '/appear.js';
import { Arriving } from '/arriving.js';
import { Board, setsCorners } from '/board.js';
import { say } from '/gedeeld/teksten.js';
import { Help } from '/help.js';
import { Looks } from '/looks.js';
import { Heard } from '/heard.js';
import { MicMemory } from '/mic-memory.js';
import { PupilMedia } from '/pupil-media.js';
import { Session } from '/session.js';
import { Turning } from '/turning.js';
import { HomeView } from '/view.js';
import { Voice } from '/voice.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Together } from '/together.js' */

const media = new PupilMedia(() => {
  session.mediaChanged();
  memory.changed();
});
const classSound = document.body.appendChild(new Audio());
classSound.id = 'klas-geluid';
let renderQueued = false;
/** @type {Together|null} what is only needed in class comes with the first call: the lobby need not wait for it */
let together = null;
/** @type {Promise<Together>|null} */
let coming = null;

const session = new Session(media, {
  onChange: (model) => {
    if (renderQueued)
      return;
    renderQueued = true;
    queueMicrotask(() => {
      renderQueued = false;
      const notices = [...voice.notices, ...model.notices];
      view.render({ ...model, notices }, setsCorners(model));
      appear.render(model);
      voice.render(model);
      board.render(model);
      heard.render(model);
      turning.render(model, setsCorners(model));
      arriving.render(model);
      if (model.state !== 'off' && model.state !== 'refused')
        withTogether().catch(() => {}); // the process is away for a moment: the next change tries again
      together?.render(model);
    });
  },
  onPicture: (stream) => {
    view.video.srcObject = stream;
  },
  onSound: (stream) => {
    classSound.srcObject = stream;
    if (stream)
      void classSound.play().catch(() => {});
  },
  onFile: (data) => board.file(data),
  onFileChannel: (channel) => void withTogether().then(({ files }) => files.attach(channel), () => {}),
  onMessage: told,
  onProcess: (message) => arriving.told(message),
  onStatus: (status) => {
    memory.told(status); // first: a camera that rests is not even opened
    appear.told(status);
    help.call(status.phones);
  },
});

// After the session: the process answers while the page is built.
const view = new HomeView(document, { onAction: act, onLanguage: (language) => looks.speak(language), onPair: (message) => session.local.send(message) });

const appear = new Appear(document, media, {
  keep: (message) => session.local.send(message),
  onChange: () => session.mediaChanged(),
});

const memory = new MicMemory(media, (message) => session.local.send(message));

const voice = new Voice(document, media.voice, () => session.change({}));

const board = new Board(document, view.video, (message) => session.send(message));

const heard = new Heard(document, view, session);

const arriving = new Arriving(document, session, appear.view.video);

const turning = new Turning(document, view, session, act);

/** @returns {Promise<Together>} */
function withTogether() {
  coming ??= import('/together.js').then((part) => {
    together = new part.Together(document, view, session, media);
    together.render(session.model);
    return together;
  }).finally(() => {
    coming = together ? coming : null;
  });
  return coming;
}

// A key that does nothing has a reason; the buttons say it by being dark.
document.addEventListener('keydown', ({ key, repeat }) => {
  const why = session.model.state === 'curtain' ? 'curtain' : session.model.why;
  if (why && !repeat && key.startsWith('Arrow'))
    view.tell(say('not_now', why));
});

const help = new Help(document, () => session.model);
const looks = new Looks(document, (language) => session.speak(language));

/** What the set says to one part of this page. @param {M.FromSet | M.FromClass | M.ToSeat} message */
function told(message) {
  if (turning.told(message) || together?.told(message))
    return;
  switch (message.type) {
    case 'board':
      return board.told(message);
    case 'not_now':
      return view.tell(say('not_now', message.code));
    case 'mirror':
    case 'reflection':
    case 'words':
      return heard.received(message);
    case 'heard_in_class':
      return voice.heard(message);
  }
}

/** @param {string} action */
function act(action) {
  switch (action) {
    case 'looks':
      return looks.open();
    case 'help':
      return help.open();
    case 'join':
      return session.join();
    case 'leave':
      return session.leave();
    case 'question':
      return session.ask(view.question.loud);
    case 'quiet':
    case 'loud':
      return view.question.choose(action === 'loud');
    case 'withdraw':
      return session.asking.withdraw();
    case 'follow':
      return session.turn({ type: 'follow', on: !session.model.follows });
    case 'mute':
      return media.resting ? backByVoice() : void voice.act(action);
    default:
      return void (appear.act(action) || voice.act(action) || turning.act(action) || together?.act(action) || arriving.act(action) || heard.act(action) || board.act(action));
  }
}

/** Whoever switches the microphone on in a rest joins in again with that alone. */
function backByVoice() {
  appear.hide();
  media.rest(false);
  media.voice.speak();
}

/** Every picture on the glass tells the session so, with its RTP time where the browser knows it. */
function watchPictures() {
  view.video.requestVideoFrameCallback((_now, { rtpTimestamp }) => {
    session.pictureShown(rtpTimestamp ?? 0, performance.now());
    watchPictures();
  });
}

if (looks.language)
  void looks.speak(looks.language);
view.render(session.model);
watchPictures();
void media.voice.open();
navigator.mediaDevices.addEventListener('devicechange', () => media.plugged());
