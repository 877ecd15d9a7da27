// Saying something without speaking: small signals, the chat, files, only listening, and the second screen.
import { ChatPanel } from '/chat-panel.js';
import { FilesPanel } from '/files-panel.js';
import { need, setIcon, show, Shown, write } from '/gedeeld/scherm.js';
import { KINDS, SIGNALEN, Signals } from '/gedeeld/signalen.js';
import { t } from '/gedeeld/teksten.js';
import { GroupWork } from '/group-work.js';
import { Popout } from '/popout.js';
import { Rest } from '/rest.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { PupilMedia } from '/pupil-media.js' */
/** @import { Session } from '/session.js' */
/** @import { HomeModel, HomeView } from '/view.js' */

const INSIDE = new Set(['live', 'reconnecting', 'curtain']);

export class Together {
  #inside = false;
  #shown = new Shown();
  #news = 0; // came while the panel was closed

  /**
   * @param {Document} root
   * @param {HomeView} view
   * @param {Session} session
   * @param {PupilMedia} media
   */
  constructor(root, view, session, media) {
    this.root = root;
    this.view = view;
    this.session = session;
    const tell = (/** @type {string} */ words) => view.tell(words);
    const send = (/** @type {M.Together} */ message) => session.send(message);
    this.panel = need(root, '#together', HTMLElement);
    this.button = need(root, '[data-action="together"]', HTMLButtonElement);
    this.badge = need(this.button, '.badge', HTMLElement);
    this.slot = need(root, '#signals', HTMLElement);
    this.slot.append(...KINDS.map((kind) => this.#signalButton(kind)));
    this.signals = new Signals(() => this.#showSignals());
    this.chat = new ChatPanel(root, { send, tell });
    this.files = new FilesPanel(root, {
      isLive: () => session.model.state === 'live',
      tell,
      onCame: (words) => this.#came(words),
    });
    this.rest = new Rest(root, media, tell);
    this.group = new GroupWork(root, session);
    this.popout = new Popout(root, view.video, tell);
    this.panel.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented)
        return;
      event.preventDefault();
      this.#open(false);
    });
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** @param {{type: string}} message  of the class @returns {boolean} whether it was one of these */
  told(message) {
    if (!isTogether(message))
      return false;
    if (message.type === 'signal') {
      if (!message.on && this.signals.has(message.kind)) {
        this.signals.set(message.kind, false);
        this.view.tell(t('signal.seen'));
      }
      return true;
    }
    const text = this.chat.received(message);
    if (text)
      this.#came(t('chat.came', { text }));
    return true;
  }

  /** @param {string} action @returns {boolean} whether it was one of these */
  act(action) {
    if (action === 'together')
      this.#open(!this.isOpen);
    else if (action === 'together-close')
      this.#open(false);
    else if (action === 'rest')
      this.rest.toggle();
    else if (action === 'popout')
      this.popout.open();
    else if (action.startsWith('signal-'))
      this.#signal(/** @type {M.SignalKind} */ (action.slice('signal-'.length)));
    else
      return action === 'chat-send' || this.files.act(action);
    return true;
  }

  /** @param {HomeModel} model */
  render(model) {
    const { state, language } = model;
    const inside = INSIDE.has(state);
    const left = this.#inside && !inside;
    this.#inside = inside;
    if (left) {
      this.signals.clear();
      this.chat.clear();
      this.files.clear();
      this.rest.set(false);
      this.#open(false);
    }
    if (this.#shown.changed('state', state, language, model.resting)) {
      show(this.button, inside);
      show(this.rest.button, inside);
      for (const button of this.slot.querySelectorAll('button'))
        button.disabled = state !== 'live';
      this.rest.render(model);
      this.chat.render();
      this.files.render();
      this.#showSignals();
    }
    this.group.render(model);
    this.popout.render(model);
  }

  /** @param {boolean} open */
  #open(open) {
    if (open === this.isOpen)
      return;
    const inside = this.panel.contains(this.root.activeElement);
    show(this.panel, open);
    this.button.setAttribute('aria-expanded', String(open));
    this.#news = 0;
    this.#showBadge();
    if (open)
      this.panel.focus();
    else if (inside)
      this.button.focus();
  }

  /** @param {string} words */
  #came(words) {
    this.view.tell(words);
    if (!this.isOpen)
      this.#news = Math.min(99, this.#news + 1);
    this.#showBadge();
  }

  #showBadge() {
    write(this.badge, this.#news ? String(this.#news) : '');
    this.button.setAttribute('aria-description', this.#news ? t('samen.new', { count: this.#news }) : '');
  }

  /** A second press takes it back. @param {M.SignalKind} kind */
  #signal(kind) {
    if (!SIGNALEN[kind] || this.session.model.state !== 'live')
      return;
    const on = !this.signals.has(kind);
    this.signals.set(kind, on);
    this.session.send({ type: 'signal', kind, on });
    if (on)
      this.view.tell(t('signal.on', { signal: t(`signal.${kind}`) }));
  }

  #showSignals() {
    for (const kind of KINDS) {
      const button = need(this.slot, `[data-action="signal-${kind}"]`, HTMLButtonElement);
      button.setAttribute('aria-pressed', String(this.signals.has(kind)));
      write(need(button, '.label', HTMLElement), t(`signal.${kind}`));
    }
  }

  /** @param {M.SignalKind} kind */
  #signalButton(kind) {
    const button = this.root.createElement('button');
    button.type = 'button';
    button.dataset.action = `signal-${kind}`;
    const mark = this.root.createElement('span');
    setIcon(mark, SIGNALEN[kind].icon);
    const label = this.root.createElement('span');
    label.className = 'label';
    button.append(mark, label);
    return button;
  }
}

/** @param {{type: string}} message @returns {message is M.Together} */
function isTogether(message) {
  return ['signal', 'chat', 'chat_heard'].includes(message.type);
}
