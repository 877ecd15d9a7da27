// Pairing at home: the code from the screen in class is typed here, then six words are compared.
import { Koppelen } from '/gedeeld/koppelen.js';
import { need, show } from '/gedeeld/scherm.js';

/** @import * as M from '/gedeeld/messages' */

const GROUP = 4;
/** @type {M.PairStep} */
const OFF = { type: 'pair_step', state: 'off', problem: '', code: '', qr: [], seconds: 0, words: [] };

export class HomePairing extends Koppelen {
  /**
   * @param {Document} root
   * @param {(message: M.PagePairs) => void} send
   */
  constructor(root, send) {
    super(root, send);
    this.form = need(root, '#pairing-form', HTMLFormElement);
    this.input = need(root, '#pairing-code', HTMLInputElement);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      send({ type: 'pair_start', code: this.input.value.slice(0, 200) });
    });
    this.input.addEventListener('input', () => this.#group());
  }

  /**
   * @param {{paired: boolean|null, pairing: M.PairStep|null, state: string, reason: string|null}} model
   * @returns {boolean} whether it is what the page is about now
   */
  render({ paired, pairing, state, reason }) {
    const step = pairing ?? OFF;
    const wanted = (paired === false || step.state === 'done') && (state === 'off' || state === 'refused');
    show(this.panel, wanted);
    if (!wanted) return false;
    const typing = step.state === 'off' || step.state === 'failed';
    const appeared = this.form.hidden && typing;
    show(this.form, typing);
    this.showStep(step, 'home');
    // Who was in class a moment ago wants to know why that is over, before anything about codes.
    if (step.state === 'off' && reason === 'unpaired') this.say(this.part.text, 'reason.unpaired');
    if (typing) show(this.button.stop, false);
    this.input.setAttribute('aria-invalid', String(step.state === 'failed'));
    if (step.state === 'done') this.input.value = '';
    if (appeared) this.input.focus();
    return true;
  }

  /** Groups of four while somebody types at the end; in the middle the cursor would jump. */
  #group() {
    const { input } = this;
    if (input.selectionStart !== input.value.length || input.value.includes('.')) return;
    const signs = input.value.toUpperCase().replace(/[\s-]/g, '');
    const grouped = signs.match(new RegExp(`.{1,${GROUP}}`, 'g'))?.join('-') ?? '';
    if (grouped !== input.value) input.value = grouped;
  }
}
