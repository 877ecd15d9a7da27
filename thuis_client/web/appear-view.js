// The ladder beside the self-view, the self-view itself, and the panel to choose letters, drawing, colour and shield.
import { ALL_COLOURS, ALL_DRAWINGS, COLOURS, portrait, STEP_ICONS, STEPS, usesCamera } from '/gedeeld/aanwezig.js';
import { need, setIcon, show, Shown, write } from '/gedeeld/scherm.js';
import { language, t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */
/** @import { Device, Found } from '/own-picture.js' */
/** @import { HomeModel } from '/view.js' */
/** @typedef {{presence: M.Presence, shield: M.Shield, open: boolean, camera: Device, found: Found, canMake: boolean}} Look */

/** The sliders by what they move: the self-view is a mirror, so the left one is the camera's right edge. */
const EDGES = /** @type {const} */ (['right', 'left', 'top']);

export class AppearView {
  #shown = new Shown();

  /**
   * @param {Document} root
   * @param {Object} handlers
   * @param {(text: string) => void} handlers.onLetters
   * @param {(edge: 'left'|'right'|'top', value: number) => void} handlers.onEdge  while it is dragged
   * @param {() => void} handlers.onEdges  where it was let go
   */
  constructor(root, handlers) {
    this.root = root;
    /** @param {string} id */
    const part = (id) => need(root, `#${id}`, HTMLElement);
    this.part = {
      panel: part('verschijn'), title: part('verschijn-titel'), steps: part('verschijn-trap'), ladder: part('ladder'), letters: part('verschijn-letters'),
      drawings: part('verschijn-tekening'), colours: part('verschijn-kleur'), shield: part('verschijn-schild'), edges: part('schild-randen'),
      portrait: part('zelf-beeld'), unseen: part('unseen'), found: part('zelf-gevonden'), frame: part('zelf-rand'),
    };
    this.video = need(root, '#zelf-video', HTMLVideoElement);
    this.input = need(root, '#letters', HTMLInputElement);
    this.adjust = need(root, '[data-action="appear"]', HTMLButtonElement);
    this.shieldButton = need(root, '[data-action="shield"]', HTMLButtonElement);
    this.camera = need(root, '[data-action="camera"]', HTMLButtonElement);
    this.ranges = ['left', 'right', 'top'].map((edge) => need(root, `#rand-${edge}`, HTMLInputElement));
    this.part.steps.append(...STEPS.map((step) => this.#stepButton(step, true)));
    this.part.ladder.prepend(...STEPS.map((step) => this.#stepButton(step, false)));
    this.part.drawings.append(...ALL_DRAWINGS.map((drawing) => this.#choice('drawing', drawing)));
    this.part.colours.append(...ALL_COLOURS.map((colour) => this.#choice('colour', colour)));
    this.input.addEventListener('input', () => handlers.onLetters(this.input.value));
    this.ranges.forEach((range, i) => range.addEventListener('input', () => handlers.onEdge(EDGES[i] ?? 'top', mirrored(i, Number(range.value) / 100))));
    for (const range of this.ranges)
      range.addEventListener('change', () => handlers.onEdges());
    for (const field of [this.input, ...this.ranges])
      field.addEventListener('keydown', (event) => event.stopPropagation()); // here a digit is no preset and an arrow no camera
    this.part.panel.addEventListener('keydown', (event) => event.key === 'Escape' && need(this.part.panel, '[data-action="appear-done"]', HTMLButtonElement).click());
  }

  /** @param {boolean} open */
  focus(open) {
    requestAnimationFrame(() => (open ? this.part.title : this.adjust).focus());
  }

  /** @param {MediaStreamTrack|null} track  just what the class gets */
  showPicture(track) {
    const now = this.video.srcObject instanceof MediaStream ? this.video.srcObject.getVideoTracks()[0] : undefined;
    if (track && now !== track)
      this.video.srcObject = new MediaStream([track]);
    else if (!track && now)
      this.video.srcObject = null;
  }

  /** @param {Look} look @param {HomeModel} model */
  render(look, { state }) {
    const { presence, shield, open, camera, found, canMake } = look;
    if (!this.#shown.changed('all', language(), state, JSON.stringify(look)))
      return;
    const { part } = this;
    const { step } = presence;
    if (this.#shown.changed('language', language()))
      this.#translate();
    show(part.panel, open);
    this.root.body.dataset.appear = String(open);
    this.adjust.setAttribute('aria-expanded', String(open));
    for (const button of this.root.querySelectorAll('button[data-step]'))
      this.#showStep(button, look);
    this.#choose('drawing', presence.drawing);
    this.#choose('colour', presence.colour);
    if (this.root.activeElement !== this.input)
      this.input.value = presence.letters;
    show(part.letters, step === 'letters');
    show(part.drawings, step === 'drawing');
    show(part.colours, step === 'letters' || step === 'drawing');
    show(part.shield, usesCamera(step) && canMake);
    show(part.edges, shield.on);
    this.shieldButton.setAttribute('aria-pressed', String(shield.on));
    this.ranges.forEach((range, i) => (range.value = String(Math.round(100 * mirrored(i, shield[EDGES[i] ?? 'top'])))));
    show(part.frame, open && usesCamera(step) && shield.on);
    part.frame.style.setProperty('--left', String(1 - shield.right)); // the self-view is a mirror
    part.frame.style.setProperty('--right', String(shield.left));
    part.frame.style.setProperty('--top', String(shield.top));
    this.#showSelf(presence, camera, found);
    this.#showCamera(usesCamera(step) ? camera : 'off');
  }

  /** @param {Device} device */
  #showCamera(device) {
    const { camera } = this;
    camera.dataset.device = device;
    camera.setAttribute('aria-pressed', String(device === 'on'));
    setIcon(need(camera, '[data-icon]', HTMLElement), device === 'on' ? 'camera' : 'camera-off');
    const small = need(camera, 'small', HTMLElement);
    write(small, t(`device.${device}`));
    // aria-pressed says on or off; only what it cannot say is read out.
    small.setAttribute('aria-hidden', String(device === 'on' || device === 'off'));
  }

  /** @param {M.Presence} presence @param {Device} camera @param {Found} found */
  #showSelf(presence, camera, found) {
    const { part } = this;
    const { step } = presence;
    const seen = usesCamera(step) && camera === 'on';
    show(this.video, seen);
    show(part.portrait, !seen && step !== 'sound');
    show(part.unseen, !seen);
    part.portrait.replaceChildren(...(step === 'sound' ? [] : [portrait(presence, step === 'drawing' ? 'drawing' : 'letters')]));
    setIcon(need(part.unseen, '[data-icon]', HTMLElement), usesCamera(step) ? 'camera-off' : 'wave');
    show(need(part.unseen, '[data-icon]', HTMLElement), step === 'sound');
    const fault = camera === 'absent' || camera === 'refused';
    const words = usesCamera(step) ? (fault ? `${t(`self.${camera}`)} ${t('self.again')}` : t('self.waits')) : t(`self.${step}`);
    write(need(part.unseen, '.label', HTMLElement), words);
    show(part.found, seen && (found === 'oval' || found === 'hidden'));
    if (found === 'oval' || found === 'hidden')
      write(part.found, t(`self.found.${found}`));
  }

  /** @param {Element} button @param {Look} look */
  #showStep(button, { presence, camera, canMake }) {
    const step = /** @type {M.PresenceStep} */ (button.getAttribute('data-step'));
    const chosen = step === presence.step;
    button.setAttribute('aria-pressed', String(chosen));
    button.toggleAttribute('data-fault', chosen && usesCamera(step) && (camera === 'absent' || camera === 'refused'));
    show(/** @type {HTMLElement} */ (button), step !== 'blur' || canMake);
    const picture = button.querySelector('.face, .icon-only');
    if (picture && (step === 'letters' || step === 'drawing'))
      picture.replaceChildren(portrait(presence, step));
    if (step === 'letters' && !button.querySelector('b'))
      label(button, `${t('step.letters')} ${presence.letters}`.trim());
  }

  /** @param {M.PresenceStep} step @param {boolean} large */
  #stepButton(step, large) {
    const button = this.root.createElement('button');
    button.type = 'button';
    button.dataset.action = `step-${step}`;
    button.dataset.step = step;
    const face = this.root.createElement('span');
    face.className = large ? 'face' : 'icon-only';
    setIcon(face, STEP_ICONS[step]);
    button.append(face);
    if (large) {
      const [name, more] = [this.root.createElement('b'), this.root.createElement('small')];
      button.append(name, more);
    }
    return button;
  }

  /** @param {'drawing'|'colour'} kind @param {string} value */
  #choice(kind, value) {
    const button = this.root.createElement('button');
    button.type = 'button';
    button.dataset.action = `${kind}-${value}`;
    if (kind === 'drawing') {
      button.append(portrait({ step: 'drawing', letters: '', drawing: /** @type {M.Drawing} */ (value), colour: 'teal' }, 'drawing'));
    } else {
      const disc = this.root.createElement('i');
      disc.style.setProperty('background', COLOURS[/** @type {M.Colour} */ (value)]);
      button.append(disc);
    }
    return button;
  }

  /** @param {'drawing'|'colour'} kind @param {string} value */
  #choose(kind, value) {
    for (const button of this.root.querySelectorAll(`[data-action^="${kind}-"]`))
      button.setAttribute('aria-pressed', String(button.getAttribute('data-action') === `${kind}-${value}`));
  }

  #translate() {
    for (const button of this.root.querySelectorAll('button[data-step]')) {
      const step = button.getAttribute('data-step') ?? '';
      const [name, more] = [button.querySelector('b'), button.querySelector('small')];
      if (name && more) {
        write(name, t(`step.${step}`));
        write(more, t(`step.${step}.more`));
      } else {
        label(button, t(`step.${step}`));
      }
    }
    for (const kind of ['drawing', 'colour'])
      for (const button of this.root.querySelectorAll(`[data-action^="${kind}-"]`))
        label(button, t((button.getAttribute('data-action') ?? '').replace('-', '.')));
  }
}

/** @param {number} slider @param {number} share */
function mirrored(slider, share) {
  return EDGES[slider] === 'top' ? share : 1 - share;
}

/** @param {Element} button @param {string} words */
function label(button, words) {
  button.setAttribute('aria-label', words);
  button.setAttribute('title', words);
}
