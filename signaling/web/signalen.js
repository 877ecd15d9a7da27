// The small signals: what they are and how long each shows. Both pages know the times, so that a button at home does not
// stay pressed for a sign that is gone in class.

/** @import * as M from '/gedeeld/messages' */

/** @type {Record<M.SignalKind, {icon: string, ms: number}>} */
export const SIGNALEN = {
  thumb: { icon: 'thumb', ms: 10_000 },
  slower: { icon: 'slower', ms: 60_000 },
  cannot_hear: { icon: 'sound-off', ms: 60_000 },
  cannot_read: { icon: 'unread', ms: 60_000 },
  pause: { icon: 'cup', ms: 15 * 60_000 },
};

export const KINDS = /** @type {M.SignalKind[]} */ (Object.keys(SIGNALEN));

/** Which signals show now; each goes by itself. */
export class Signals {
  /** @type {Map<M.SignalKind, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /** @param {(gone: M.SignalKind|null) => void} onChange  with the one that went by itself */
  constructor(onChange) {
    this.onChange = onChange;
  }

  /** @param {M.SignalKind} kind */
  has(kind) {
    return this.#timers.has(kind);
  }

  /** In the order in which they came. */
  get on() {
    return [...this.#timers.keys()];
  }

  /** @param {M.SignalKind} kind @param {boolean} on */
  set(kind, on) {
    const { ms } = SIGNALEN[kind] ?? { ms: 0 };
    if (!ms)
      return; // of a newer version
    clearTimeout(this.#timers.get(kind));
    this.#timers.delete(kind);
    if (on)
      this.#timers.set(kind, setTimeout(() => {
        this.#timers.delete(kind);
        this.onChange(kind);
      }, ms));
    this.onChange(null);
  }

  clear() {
    for (const timer of this.#timers.values())
      clearTimeout(timer);
    if (this.#timers.size === 0)
      return;
    this.#timers.clear();
    this.onChange(null);
  }
}
