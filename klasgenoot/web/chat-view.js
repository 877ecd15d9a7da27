// The chat on the screen in class: the last lines large for a while, and a window to answer in. Everybody in class reads it.
import { Conversation } from '/gedeeld/gesprek.js';
import { need, show, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

const SHOWN_MS = 45_000; // read from the back of the room, and then the picture is free again
const LAST = 2;
const QUICK = [1, 2, 3, 4, 5, 6];

export class ChatView {
  #until = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #live = false;

  /**
   * @param {Document} root
   * @param {(message: M.Together) => boolean} send
   */
  constructor(root, send) {
    this.root = root;
    this.talk = new Conversation(send, () => this.render());
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    this.part = { card: part('chat-card'), last: part('chat-last'), title: part('chat-title'), lines: part('chat-lines'), state: part('chat-state'), quick: part('chat-quick') };
    this.dialog = need(root, '#chat', HTMLDialogElement);
    this.input = need(root, '#chat-text', HTMLInputElement);
    this.open = need(root, '#chat-open', HTMLButtonElement);
    this.switch = need(root, '[data-action="chat-switch"]', HTMLButtonElement);
    need(root, '#chat-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#say(this.input.value))
        this.input.value = '';
    });
    this.part.quick.append(...QUICK.map((number) => {
      const button = root.createElement('button');
      button.type = 'button';
      button.dataset.t = `klas.chat.quick.${number}`;
      button.addEventListener('click', () => this.#say(t(`klas.chat.quick.${number}`)));
      return button;
    }));
  }

  /** @param {M.Chat | M.ChatHeard} message  of the pupil @returns {string} what is new, for a screen reader */
  received(message) {
    const line = this.talk.received(message);
    if (!line)
      return '';
    this.#until = performance.now() + SHOWN_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), SHOWN_MS);
    this.render();
    return `${t('klas.chat.pupil')}: ${line.text}`;
  }

  /** @param {string} action @returns {boolean} */
  act(action) {
    if (action === 'chat' && !this.dialog.open) {
      this.hide();
      this.dialog.showModal();
      this.part.lines.scrollTop = this.part.lines.scrollHeight;
    } else if (action === 'chat-close') {
      this.dialog.close();
    } else if (action === 'chat-hide') {
      this.hide();
    } else if (action === 'chat-switch') {
      this.talk.setOpen(!this.talk.isOpen);
      this.hide();
    }
    return action === 'chat' || action.startsWith('chat-');
  }

  hide() {
    clearTimeout(this.#timer);
    this.#until = 0;
    this.render();
  }

  /** @param {{live: boolean, over: boolean, asked: boolean}} lesson  asked: a question stands on the screen */
  lesson({ live, over, asked }) {
    this.#live = live;
    // A question is never behind it; what was being typed stays.
    if (this.dialog.open && (!live || asked))
      this.dialog.close();
    if (over && this.talk.lines.length) {
      this.talk.clear();
      this.input.value = '';
    }
    show(this.open, live);
    this.render();
  }

  render() {
    const { part, talk } = this;
    const shown = this.#live && performance.now() < this.#until && talk.lines.length > 0;
    show(part.card, shown);
    if (shown)
      part.last.replaceChildren(...talk.lines.slice(-LAST).map((line) => this.#item(line)));
    write(part.title, t('klas.chat.title'));
    part.lines.replaceChildren(...talk.lines.map((line) => this.#item(line)));
    part.lines.scrollTop = part.lines.scrollHeight;
    write(part.state, talk.isOpen ? (talk.lines.length ? '' : t('klas.chat.empty')) : t('klas.chat.is_off'));
    write(need(this.switch, '.label', HTMLElement), t(talk.isOpen ? 'klas.chat.off' : 'klas.chat.on'));
    for (const control of [...part.quick.querySelectorAll('button'), this.input])
      control.disabled = !talk.isOpen;
  }

  /** @param {string} text */
  #say(text) {
    const result = this.talk.say(text);
    if (result === 'fast')
      write(this.part.state, t('chat.fast'));
    return result === 'said';
  }

  /** @param {import('/gedeeld/gesprek.js').Line} line */
  #item({ own, text, shown }) {
    const item = this.root.createElement('li');
    item.dataset.own = String(own);
    const who = this.root.createElement('b');
    who.textContent = t(own ? 'chat.class' : 'klas.chat.pupil');
    const words = this.root.createElement('span');
    words.textContent = text;
    words.dir = 'auto';
    item.append(who, words);
    if (shown === false) {
      const lost = this.root.createElement('small');
      lost.textContent = t('chat.lost');
      item.append(lost);
    }
    return item;
  }
}
