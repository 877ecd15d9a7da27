// A button that acts for as long as it is held: by pointer, by Space or Enter on it, or by a key of its own.

const SPOKEN_MS = 10_000; // a screen reader can press but not hold

/**
 * @param {HTMLButtonElement} button
 * @param {string} key  a letter that does the same from anywhere on the page
 * @param {(on: boolean) => void} onHold
 */
export function whileHeld(button, key, onHold) {
  const page = button.ownerDocument;
  /** @type {Set<string>} what holds it now */
  const holding = new Set();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let spoken;
  /** @param {string} source @param {boolean} on */
  const set = (source, on) => {
    const before = holding.size > 0;
    if (on && !button.disabled && button.offsetParent !== null)
      holding.add(source);
    else
      holding.delete(source);
    if (holding.size > 0 !== before)
      onHold(!before);
  };
  const letGo = () => {
    clearTimeout(spoken);
    for (const source of [...holding])
      set(source, false);
  };
  button.addEventListener('pointerdown', (event) => {
    button.setPointerCapture(event.pointerId);
    set('pointer', true);
  });
  for (const over of ['pointerup', 'pointercancel', 'lostpointercapture'])
    button.addEventListener(over, () => set('pointer', false));
  button.addEventListener('contextmenu', (event) => event.preventDefault()); // a long touch
  button.addEventListener('keydown', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter')
      return;
    event.preventDefault(); // no click at the end of it
    set('press', true);
  });
  button.addEventListener('keyup', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter')
      return;
    event.preventDefault();
    set('press', false);
  });
  button.addEventListener('click', (event) => {
    if (event.detail !== 0)
      return;
    set('spoken', true);
    clearTimeout(spoken);
    spoken = setTimeout(() => set('spoken', false), SPOKEN_MS);
  });
  page.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key.toLowerCase() === key && !typing && !event.ctrlKey && !event.altKey && !event.metaKey)
      set('key', true);
  });
  page.addEventListener('keyup', (event) => event.key.toLowerCase() === key && set('key', false));
  page.defaultView?.addEventListener('blur', letGo);
  page.addEventListener('visibilitychange', letGo);
}
