// A buddy's phone: buzzes and chimes when nobody in class saw a question, and can say "ik zeg het".
// Served over plain HTTP on the school's network: it knows that there is a question, and nothing else.
import { chime } from '/gedeeld/chime.js';
import { icon } from '/gedeeld/icons.js';
import { BUDDY } from '/gedeeld/teksten-buddy.js';

/** @import * as M from '/gedeeld/messages' */
/** @typedef {'begin'|'connecting'|'away'|M.BuddySees|M.BuddyEnd} State */

const PROTOCOL = 1;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;
const BUZZ_MS = [300, 150, 300];
/** @type {Record<State, string>} */
const SIGNS = {
  begin: 'phone', connecting: 'wait', away: 'warn', none: 'check', call: 'hand', told: 'wave', answered: 'check',
  over: 'check', wrong_link: 'warn', full: 'group', too_fast: 'clock',
};

/** @type {State} */
let state = 'begin';
/** @type {'nl'|'en'} */
let language = navigator.language.startsWith('nl') ? 'nl' : 'en';
/** @type {WebSocket|null} */
let socket = null;
/** @type {AudioContext|null} */
let context = null;
let ended = false;
let retryMs = FIRST_RETRY_MS;

/** @template {Element} T @param {string} selector @param {new (...args: never[]) => T} kind @returns {T} */
function need(selector, kind) {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${selector} of the right kind`);
  return found;
}

const part = { sign: need('#sign', HTMLElement), title: need('#title', HTMLElement), text: need('#text', HTMLElement) };
const begin = need('[data-action="begin"]', HTMLButtonElement);
const tell = need('[data-action="tell"]', HTMLButtonElement);

// A browser lets a page buzz and sound only after a touch.
begin.addEventListener('click', () => {
  context = new AudioContext();
  void context.resume();
  show('connecting');
  connect();
});
tell.addEventListener('click', () => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'buddy_tell' }));
});
// Scanned again in a page that is open already.
addEventListener('hashchange', () => location.reload());

function connect() {
  const token = location.hash.slice(1);
  const line = new WebSocket(`ws://${location.host}/ws`);
  socket = line;
  line.onopen = () => line.send(JSON.stringify({ type: 'buddy_hello', v: PROTOCOL, token }));
  line.onmessage = (event) => told(JSON.parse(event.data));
  line.onclose = () => {
    if (ended) return;
    show('away');
    setTimeout(connect, retryMs);
    retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
  };
}

/** @param {M.ToBuddy} message */
function told(message) {
  if (message.type === 'buddy_bye') {
    ended = true;
    return show(message.code);
  }
  retryMs = FIRST_RETRY_MS;
  language = message.language === 'en' ? 'en' : 'nl';
  if (message.sees === 'call' && state !== 'call') alarm();
  show(message.sees);
}

function alarm() {
  navigator.vibrate?.(BUZZ_MS); // no iPhone has it: there it is the sound alone
  if (context) chime(context, 1);
}

/** @param {State} next */
function show(next) {
  state = next;
  const words = BUDDY[language];
  document.documentElement.lang = language;
  document.body.dataset.state = state;
  part.title.textContent = words[`buddy.${state}.title`] ?? '';
  part.text.textContent = words[`buddy.${state}.text`] ?? '';
  document.title = `${part.title.textContent} – Klasgenoot`;
  begin.textContent = words['buddy.begin.button'] ?? '';
  tell.textContent = words['buddy.call.button'] ?? '';
  begin.hidden = state !== 'begin';
  tell.hidden = state !== 'call';
  part.sign.replaceChildren(icon(SIGNS[state]));
}

show('begin');
