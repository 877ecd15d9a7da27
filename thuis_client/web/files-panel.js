// Files at home: one that goes to the class, and those that came from it: to look at, or to keep by an explicit press.
import { Files } from '/gedeeld/bestand.js';
import { FileView } from '/gedeeld/bestand-beeld.js';
import { SAVED, savedName } from '/gedeeld/bestand-soort.js';
import { isUnderWay, outgoingWords, percent } from '/gedeeld/bestand-stand.js';
import { need, setIcon, show, write } from '/gedeeld/scherm.js';
import { t } from '/gedeeld/teksten.js';

/** @import { Whole } from '/gedeeld/bestand.js' */

const URL_MS = 10_000; // long enough for the browser to take what it saves

export class FilesPanel {
  /**
   * @param {Document} root
   * @param {Object} handlers
   * @param {() => boolean} handlers.isLive
   * @param {(words: string) => void} handlers.onCame
   * @param {(words: string) => void} handlers.tell
   */
  constructor(root, handlers) {
    this.root = root;
    this.handlers = handlers;
    this.list = need(root, '#file-list', HTMLElement);
    this.coming = need(root, '#file-coming', HTMLElement);
    this.state = need(root, '#file-state', HTMLElement);
    this.progress = need(root, '#file-progress', HTMLProgressElement);
    /** @param {string} name */
    const control = (name) => need(root, `[data-action="${name}"]`, HTMLButtonElement);
    this.control = { pick: control('file-pick'), stop: control('file-stop'), refuse: control('file-refuse') };
    this.input = need(root, '#file-input', HTMLInputElement);
    this.sheet = new FileView(root);
    this.files = new Files({
      takes: ['pdf', 'png', 'jpeg', 'word'],
      gives: ['pdf', 'png', 'jpeg', 'text'],
      onChange: () => this.render(),
      onFile: ({ name }) => handlers.onCame(t('file.came', { name })),
    });
    this.input.addEventListener('change', () => {
      const file = this.input.files?.[0];
      if (file)
        void this.files.share(file, file.name);
      this.input.value = '';
    });
  }

  /** @param {RTCDataChannel} channel */
  attach(channel) {
    this.files.attach(channel);
  }

  /** @param {string} action @returns {boolean} */
  act(action) {
    const { files } = this;
    if (action === 'file-pick')
      this.input.click();
    else if (action === 'file-stop')
      isUnderWay(files.outgoing) ? files.cancel() : files.dismiss();
    else if (action === 'file-refuse')
      files.refuse();
    else
      return this.#withOne(action);
    return true;
  }

  clear() {
    this.sheet.close();
    this.files.end();
  }

  render() {
    const { files, control } = this;
    const { outgoing, incoming } = files;
    write(this.state, outgoingWords(outgoing));
    show(this.state, outgoing !== null);
    const under = isUnderWay(outgoing);
    show(this.progress, outgoing?.step === 'going');
    if (outgoing)
      this.progress.value = outgoing.at / Math.max(1, outgoing.size);
    show(control.stop, outgoing !== null);
    write(need(control.stop, '.label', HTMLElement), t(under ? 'file.stop' : 'file.ok'));
    control.pick.disabled = under || !files.isOpen || !this.handlers.isLive();
    show(this.coming, incoming !== null);
    if (incoming)
      write(need(this.coming, 'span', HTMLElement), t('file.coming', { name: incoming.name, percent: percent(incoming) }));
    const listed = files.kept.map(({ number }) => number).join();
    if (this.list.dataset.listed !== listed + t('file.view')) {
      this.list.dataset.listed = listed + t('file.view');
      this.list.replaceChildren(...files.kept.map((file) => this.#item(file)));
    }
    show(this.list, files.kept.length > 0);
  }

  /** @param {string} action  view, save or drop and the file's number */
  #withOne(action) {
    const [, what, number] = /^file-(view|save|drop)-(\d+)$/.exec(action) ?? [];
    const file = this.files.kept.find((one) => one.number === Number(number));
    if (!file)
      return what !== undefined;
    if (what === 'view')
      void this.sheet.show(file).then((shown) => shown || this.handlers.tell(t('file.unshown')));
    else if (what === 'save')
      this.#save(file);
    else
      this.files.forget(file.number);
    return true;
  }

  /** @param {Whole} file */
  #save({ bytes, name, kind }) {
    const link = this.root.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: SAVED[kind].type }));
    link.download = savedName(name, kind);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), URL_MS);
  }

  /** @param {Whole} file */
  #item({ number, name, kind }) {
    const item = this.root.createElement('li');
    const words = this.root.createElement('span');
    words.textContent = name;
    words.dir = 'auto';
    item.append(words);
    for (const [what, icon] of /** @type {const} */ ([['view', 'eye'], ['save', 'save'], ['drop', 'close']])) {
      if (what === 'view' && kind === 'word')
        continue; // only Word shows that
      const button = this.root.createElement('button');
      button.type = 'button';
      button.dataset.action = `file-${what}-${number}`;
      const mark = this.root.createElement('span');
      setIcon(mark, icon);
      button.append(mark, t(`file.${what}`));
      button.setAttribute('aria-label', `${t(`file.${what}`)}: ${name}`);
      item.append(button);
    }
    return item;
  }
}
