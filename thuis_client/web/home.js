// The home page: wires session, steering, the pupil's own media and what is seen.
import { PupilMedia } from '/pupil-media.js';
import { Session } from '/session.js';
import { Steering } from '/steering.js';
import { HomeView } from '/view.js';

const view = new HomeView(document, { onAction: act, onLanguage: (language) => session.speak(language), onPair: (message) => session.pair(message) });
const media = new PupilMedia(() => session.mediaChanged());
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
      view.render(model);
      steering.enabled = model.state === 'live' && model.moves;
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
});

const steering = new Steering(view.surface, document, {
  onMotion: (motion) => session.steer(motion),
  onLook: (x, y) => session.look(x, y),
  onAction: act,
});

/** @param {string} action */
function act(action) {
  switch (action) {
    case 'join':
      return session.join();
    case 'leave':
      return session.leave();
    case 'question':
      return session.ask();
    case 'withdraw':
      return session.withdraw();
    case 'mute':
      return void media.toggle('audio');
    case 'camera':
      return void media.toggle('video');
    case 'board':
      return session.toggleBoard();
    case 'home':
      return session.turnHome();
    default:
      if (action.startsWith('preset-'))
        session.preset(Number(action.slice('preset-'.length)), false);
  }
}

/** Every picture on the glass tells the session so, with its RTP time where the browser knows it. */
function watchPictures() {
  view.video.requestVideoFrameCallback((_now, { rtpTimestamp, expectedDisplayTime }) => {
    session.pictureShown(rtpTimestamp ?? 0, expectedDisplayTime);
    watchPictures();
  });
}

view.selfView.srcObject = media.stream;
view.render(session.model);
watchPictures();
void media.open();
