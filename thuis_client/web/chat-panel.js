// The chat at home: what was said in writing in this lesson, and a line to write in.
import { Conversation } from '/gedeeld/gesprek.js';
import { need, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

export class ChatPanel {
  /**
   * @param {Document} root
   * @param {Object} handlers
   * @param {(message: M.Together) => void} handlers.send
   * @param {(words: string) => void} handlers.tell
   */
  constructor(root, handlers) {
    this.root = root;
    this.list = need(root, '#chat-lines', HTMLElement);
    this.state = need(root, '#chat-state', HTMLElement);
    this.input = need(root, '#chat-text', HTMLInputElement);
    this.button = need(root, '[data-action="chat-send"]', HTMLButtonElement);
    this.talk = new Conversation(handlers.send, () => this.render());
    need(root, '#chat-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const result = this.talk.say(this.input.value);
      if (result === 'said')
        this.input.value = '';
      else if (result === 'fast')
        handlers.tell(t('chat.fast'));
    });
  }

  /** @param {M.Chat | M.ChatHeard} message @returns {string} the line that is new, or '' */
  received(message) {
    return this.talk.received(message)?.text ?? '';
  }

  clear() {
    this.talk.clear();
    this.input.value = '';
  }

  render() {
    const { talk, list } = this;
    list.replaceChildren(...talk.lines.map(({ own, text, shown }) => {
      const item = this.root.createElement('li');
      item.dataset.own = String(own);
      const who = this.root.createElement('b');
      who.textContent = t(own ? 'chat.you' : 'chat.class');
      const words = this.root.createElement('span');
      words.textContent = text;
      words.dir = 'auto';
      const lost = this.root.createElement('small');
      lost.textContent = shown === false ? t('chat.lost') : '';
      item.append(who, ' ', words, lost);
      return item;
    }));
    list.scrollTop = list.scrollHeight;
    list.hidden = talk.lines.length === 0;
    write(this.state, talk.isOpen ? (talk.lines.length ? '' : t('chat.empty')) : t('chat.closed'));
    this.input.disabled = this.button.disabled = !talk.isOpen;
  }
}
