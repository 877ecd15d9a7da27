// The home page: wires session, steering, the pupil's own media and what is seen.
import { Arriving } from '/arriving.js';
import { Board } from '/board.js';
import { say } from '/gedeeld/teksten.js';
import { Help } from '/help.js';
import { Looks } from '/looks.js';
import { Heard } from '/heard.js';
import { PupilMedia } from '/pupil-media.js';
import { Session } from '/session.js';
import { Together } from '/together.js';
import { Turning } from '/turning.js';
import { HomeView } from '/view.js';

/** @import * as M from '/gedeeld/messages' */

const view = new HomeView(document, { onAction: act, onLanguage: (language) => looks.speak(language), onPair: (message) => session.local.send(message) });
const media = new PupilMedia(() => {
  const own = media.tracks.video ? media.stream : null; // without a camera the element would keep the page loading
  if (view.selfView.srcObject !== own)
    view.selfView.srcObject = own;
  session.mediaChanged();
});
const classSound = document.body.appendChild(new Audio());
classSound.id = 'klas-geluid';
let renderQueued = false;

const session = new Session(media, {
  onChange: (model) => {
    if (renderQueued)
      return;
    renderQueued = true;
    queueMicrotask(() => {
      renderQueued = false;
      view.render(model, board.editing);
      board.render(model);
      heard.render(model);
      turning.render(model, board.editing);
      arriving.render(model);
      together.render(model);
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
  onFileChannel: (channel) => together.files.attach(channel),
  onPhones: (phones) => help.call(phones),
  onMessage: told,
  onProcess: (message) => arriving.told(message),
});

const board = new Board(document, view.video, {
  onSend: (message) => session.send(message),
  onEditing: () => session.change({}),
});

const heard = new Heard(document, view, session);

const arriving = new Arriving(document, session, view.selfView);

const turning = new Turning(document, view, session, act);

const together = new Together(document, view, session, media);

// A key that does nothing has a reason; the buttons say it by being dark.
document.addEventListener('keydown', ({ key, repeat }) => {
  const why = session.model.state === 'curtain' ? 'curtain' : session.model.why;
  if (why && !repeat && key.startsWith('Arrow'))
    view.tell(say('not_now', why));
});

const help = new Help(document, () => session.model);
const looks = new Looks(document, (language) => session.speak(language));

/** What the set says to one part of this page. @param {M.FromSet | M.BothWays | M.ToSeat} message */
function told(message) {
  if (turning.told(message) || together.told(message))
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
      return session.send({ type: 'ask', loud: view.question.loud });
    case 'quiet':
    case 'loud':
      return view.question.choose(action === 'loud');
    case 'withdraw':
      return session.send({ type: 'withdraw' });
    case 'mute':
      return void media.toggle('audio');
    case 'camera':
      return void media.toggle('video');
    case 'follow':
      return session.turn({ type: 'follow', on: !session.model.follows });
    default:
      return turning.act(action) || together.act(action) || arriving.act(action) || heard.act(action) || board.act(action);
  }
}

/** Every picture on the glass tells the session so, with its RTP time where the browser knows it. */
function watchPictures() {
  view.video.requestVideoFrameCallback((_now, { rtpTimestamp, expectedDisplayTime }) => {
    session.pictureShown(rtpTimestamp ?? 0, expectedDisplayTime);
    watchPictures();
  });
}

if (looks.language)
  void looks.speak(looks.language);
view.render(session.model);
watchPictures();
void media.open();
