// The helpdesk's strip: what the helpdesk does with this set, its message, and the question whether the lesson may stop.
import { need, show, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

export class HelpdeskStrip {
  /** @type {M.HelpdeskShown|null} */
  #now = null;

  /**
   * @param {Document} root
   * @param {(answer: M.HelpdeskAnswer['answer']) => void} onAnswer
   */
  constructor(root, onAnswer) {
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    this.part = {
      strip: part('helpdesk'), doing: part('helpdesk-doing'), message: part('helpdesk-message'), text: part('helpdesk-text'),
      choices: part('helpdesk-choices'), spoken: part('helpdesk-spoken'),
    };
    /** @type {[string, M.HelpdeskAnswer['answer']][]} */
    const buttons = [['message-ok', 'ok'], ['helpdesk-yes', 'yes'], ['helpdesk-no', 'no']];
    for (const [action, answer] of buttons)
      need(root, `[data-action="${action}"]`, HTMLButtonElement).addEventListener('click', () => onAnswer(answer));
  }

  /** @param {M.HelpdeskShown} message */
  tell(message) {
    this.#now = message;
    this.render();
  }

  /** Also after a change of language. */
  render() {
    if (!this.#now) return;
    const { action, state, text } = this.#now;
    const doing = action && state ? t(`helpdesk.${action}.${state}`) : '';
    show(this.part.strip, Boolean(doing || text));
    show(this.part.doing, Boolean(doing));
    write(this.part.doing, doing);
    show(this.part.choices, state === 'asking');
    show(this.part.message, Boolean(text));
    write(this.part.text, text); // as text, never as markup: it comes from a server that nobody trusts
    const spoken = [text && `${t('helpdesk.message')}: ${text}`, doing].filter(Boolean).join('. ');
    write(this.part.spoken, spoken);
  }
}
