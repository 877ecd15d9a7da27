// What the pupil sends beside picture and voice, on the screen in class: small signals, the chat and a shared file. It shows
// without a sound, and the class takes it away with one touch.
import { ChatView } from '/chat-view.js';
import { Files } from '/gedeeld/bestand.js';
import { FileView } from '/gedeeld/bestand-beeld.js';
import { isUnderWay, outgoingWords, percent } from '/gedeeld/bestand-stand.js';
import { need, setIcon, show, Shown, write } from '/gedeeld/scherm.js';
import { SIGNALEN, Signals } from '/gedeeld/signalen.js';
import { language, t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

/** A curtain, or an agent that restarts, is no end of the lesson. */
const OVER = new Set(['ready', 'fault']);

export class Together {
  #shown = new Shown();
  #live = false;

  /**
   * @param {Document} root
   * @param {(message: M.Together) => boolean} send
   */
  constructor(root, send) {
    this.root = root;
    this.send = send;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    this.part = { signals: part('signals'), card: part('file-card'), words: part('file-words'), out: part('chat-file'), spoken: part('spoken') };
    this.progress = need(root, '#file-progress', HTMLProgressElement);
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.control = { view: control('file-view'), drop: control('file-drop'), stop: control('file-stop'), pick: control('file-pick') };
    this.input = need(root, '#file-input', HTMLInputElement);
    this.chat = new ChatView(root, send);
    this.sheet = new FileView(root, () => this.#showFiles());
    this.signals = new Signals((gone) => {
      if (gone)
        this.send({ type: 'signal', kind: gone, on: false });
      this.#showSignals();
    });
    // No text from here: the file window of this machine also finds its settings, and those are texts.
    this.files = new Files({
      takes: ['pdf', 'png', 'jpeg', 'text'],
      gives: ['pdf', 'png', 'jpeg', 'word'],
      onChange: () => this.#showFiles(),
      onFile: ({ name }) => write(this.part.spoken, t('klas.file.came', { name })),
    });
    this.input.addEventListener('change', () => {
      const file = this.input.files?.[0];
      if (file)
        void this.files.share(file, file.name);
      this.input.value = '';
    });
    // A presenter remote turns the pages when no question waits for it.
    root.addEventListener('keydown', (event) => {
      const step = { PageDown: 1, PageUp: -1 }[event.key];
      if (step && this.sheet.open && !event.defaultPrevented && this.sheet.turn(step))
        event.preventDefault();
    });
  }

  /** @param {M.Together} message  of the pupil */
  received(message) {
    if (!this.#live)
      return;
    if (message.type !== 'signal') {
      const news = this.chat.received(message);
      if (news)
        write(this.part.spoken, news);
      return;
    }
    this.signals.set(message.kind, message.on);
    if (message.on)
      write(this.part.spoken, t(`klas.signal.${message.kind}`));
  }

  /** @param {string} action @returns {boolean} whether it was one of these */
  act(action) {
    const { files } = this;
    const [file] = files.kept;
    if (action === 'file-view' && file)
      void this.sheet.show(file).then((shown) => shown || this.#cannotShow(file.number));
    else if (action === 'file-drop')
      files.incoming ? files.refuse() : file && files.forget(file.number);
    else if (action === 'file-pick')
      this.input.click();
    else if (action === 'file-stop')
      isUnderWay(files.outgoing) ? files.cancel() : files.dismiss();
    else if (action.startsWith('signal-'))
      this.#saw(/** @type {M.SignalKind} */ (action.slice('signal-'.length)));
    else
      return this.chat.act(action);
    return true;
  }

  /** @param {M.Screen} screen @param {boolean} closed  the curtain */
  render({ state, question }, closed) {
    const over = OVER.has(state);
    this.#live = state === 'live' && !closed;
    if (over && this.#shown.changed('over', true)) {
      this.signals.clear();
      this.files.end();
      this.sheet.close();
    }
    if (!over)
      this.#shown.changed('over', false);
    if (this.#shown.changed('lesson', this.#live, over, question !== 'none', language())) {
      this.chat.lesson({ live: this.#live, over, asked: question !== 'none' });
      this.#showSignals();
      this.#showFiles();
    }
  }

  /** @param {M.SignalKind} kind */
  #saw(kind) {
    this.signals.set(kind, false);
    this.send({ type: 'signal', kind, on: false });
  }

  /** @param {number} number */
  #cannotShow(number) {
    this.files.forget(number);
    show(this.part.card, true);
    write(this.part.words, t('file.unshown'));
    write(this.part.spoken, t('file.unshown'));
  }

  #showSignals() {
    const { signals, root } = this;
    this.part.signals.replaceChildren(...signals.on.map((kind) => {
      const item = root.createElement('li');
      const button = root.createElement('button');
      button.type = 'button';
      button.dataset.action = `signal-${kind}`;
      button.setAttribute('aria-label', t('klas.signal.seen', { signal: t(`klas.signal.${kind}`) }));
      const mark = root.createElement('span');
      setIcon(mark, SIGNALEN[kind].icon);
      button.append(mark, t(`klas.signal.${kind}`));
      item.append(button);
      return item;
    }));
  }

  #showFiles() {
    const { files, part, control } = this;
    const [file] = files.kept;
    const { incoming, outgoing } = files;
    show(part.card, this.#live && !this.sheet.open && (incoming !== null || file !== undefined));
    show(this.progress, incoming !== null);
    show(control.view, incoming === null);
    if (incoming) {
      this.progress.value = incoming.at / incoming.size;
      write(part.words, t('klas.file.coming', { percent: percent(incoming) }));
    } else if (file) {
      write(part.words, t('klas.file.came', { name: file.name }));
    }
    write(need(control.drop, '.label', HTMLElement), t(incoming ? 'file.stop' : 'file.drop'));
    write(part.out, outgoingWords(outgoing, 'klas.file.kind'));
    show(control.stop, outgoing !== null);
    write(need(control.stop, '.label', HTMLElement), t(isUnderWay(outgoing) ? 'file.stop' : 'file.ok'));
    control.pick.disabled = isUnderWay(outgoing) || !files.isOpen;
  }
}
