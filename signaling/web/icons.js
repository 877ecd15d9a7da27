// Our own icons, drawn on a grid of 24 by 24 with a round pen of 2. They take the colour and size of the text around them.
// A path that starts with "=" is filled; all others are lines.

/** @type {Record<string, string[]>} */
const DRAWINGS = {
  // A solid raised hand: it must be a hand, and nothing else, from six metres.
  hand: [
    '=M6.9 6.6a1.2 1.2 0 0 1 2.4 0V11h.6V4a1.2 1.2 0 0 1 2.4 0v7h.6V4.8a1.2 1.2 0 0 1 2.4 0V11h.6V7a1.2 1.2 0 0 1 2.4 0v8.4a6.6 6.6 0 0 1-6.6 6.6c-2.3 0-4-.9-5.3-2.7l-3.2-4.7a1.35 1.35 0 0 1 2.1-1.7l1.6 1.6z',
  ],
  mic: ['M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z', 'M5.5 11a6.5 6.5 0 0 0 13 0', 'M12 17.5V21'],
  'mic-off': ['M9 7V6a3 3 0 0 1 6 0v5', 'M9 10.5V11a3 3 0 0 0 4.5 2.6', 'M5.5 11a6.5 6.5 0 0 0 10 5.5', 'M18.4 12a6 6 0 0 0 .1-1', 'M12 17.5V21', 'M4 4l16 16'],
  camera: ['M5 7h8a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z', 'M15 11.2l6-3.2v8l-6-3.2'],
  'camera-off': ['M10 7h3a2 2 0 0 1 2 2v3', 'M15 15.5a2 2 0 0 1-2 1.5H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2h1', 'M15 11.2l6-3.2v8l-3-1.6', 'M4 4l16 16'],
  up: ['M5 15l7-7 7 7'],
  down: ['M5 9l7 7 7-7'],
  left: ['M15 5l-7 7 7 7'],
  right: ['M9 5l7 7-7 7'],
  in: ['M12 5v14', 'M5 12h14'],
  out: ['M5 12h14'],
  board: ['M4 5h16v11H4z', 'M7.5 9h6', 'M7.5 12h9', 'M9 20l1.5-4M15 20l-1.5-4'],
  teacher: ['M9.5 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z', 'M4 20.5v-3.5a5.5 5.5 0 0 1 8.6-4.5L20 6.5'],
  group: ['M12 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z', 'M6.5 19.5a5.5 5.5 0 0 1 11 0', 'M4.8 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z', 'M19.2 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z', 'M1.5 18a3.4 3.4 0 0 1 3.6-3', 'M22.5 18a3.4 3.4 0 0 0-3.6-3'],
  buddy: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M8 13.5a4.4 4.4 0 0 0 8 0', '=M9 8.2a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z', '=M15 8.2a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z'],
  follow: ['M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8', 'M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8', 'M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16', 'M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16', 'M12 7a2.2 2.2 0 1 1 0 4.4A2.2 2.2 0 0 1 12 7z', 'M8.3 17a3.7 3.7 0 0 1 7.4 0'],
  photo: ['M4.5 8h3l1.5-2.5h6L16.5 8h3a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-8A1.5 1.5 0 0 1 4.5 8z', 'M12 10a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8z'],
  corners: ['M6 8l12-2 1 11-14 1z', '=M6 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z', '=M18 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4z', '=M19 15a2 2 0 1 1 0 4 2 2 0 0 1 0-4z', '=M5 16a2 2 0 1 1 0 4 2 2 0 0 1 0-4z'],
  nobody: ['M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z', 'M4.5 20.5a7.5 7.5 0 0 1 15 0', 'M3.5 3.5l17 17'],
  magnify: ['M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z', 'M15.5 15.5L21 21', 'M10.5 7.8v5.4', 'M7.8 10.5h5.4'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  centre: ['M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z', 'M12 3v3', 'M12 18v3', 'M3 12h3', 'M18 12h3'],
  enter: ['M13 4h5a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-5', 'M4 12h11', 'M11 8l4 4-4 4'],
  leave: ['M11 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h5', 'M9 12h11', 'M16 8l4 4-4 4'],
  retry: ['M20 11a8 8 0 0 0-14.3-4L3.5 9.5', 'M3.5 4.5v5h5', 'M4 13a8 8 0 0 0 14.3 4l2.2-2.5', 'M20.5 19.5v-5h-5'],
  eye: ['M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z', '=M12 8.8a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4z'],
  check: ['M5 12.5l5 5L19.5 7'],
  wait: ['=M5.5 10.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z', '=M12 10.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z', '=M18.5 10.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z'],
  warn: ['M12 4.2L21 19.5H3z', 'M12 10v4', '=M12 15.7a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2z'],
  info: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M12 11v5', '=M12 7a1.2 1.2 0 1 1 0 2.4A1.2 1.2 0 0 1 12 7z'],
  wave: ['M3 10v4', 'M7.5 7v10', 'M12 3.5v17', 'M16.5 7v10', 'M21 10v4'],
  curtain: ['M3 4h18', 'M5 4v16c3 0 5-2.5 5-8V4', 'M19 4v16c-3 0-5-2.5-5-8V4'],
  move: ['M7 3h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z', 'M12 11v6', 'M6.5 17h11', 'M8 19.6a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0z', 'M18.8 19.6a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0z'],
  power: ['M12 3v9', 'M7 6.6a8 8 0 1 0 10 0'],
  sound: ['M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z', 'M15.5 9a4.2 4.2 0 0 1 0 6', 'M18.3 6.2a8.2 8.2 0 0 1 0 11.6'],
  'sound-off': ['M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z', 'M16 9.5l5 5', 'M21 9.5l-5 5'],
  louder: ['M3.5 9.5v5H7L11.5 18.5v-13L7 9.5z', 'M15 12h6', 'M18 9v6'],
  softer: ['M3.5 9.5v5H7L11.5 18.5v-13L7 9.5z', 'M15 12h6'],
  mirror: ['M12 2.5a6 6.5 0 1 1 0 13 6 6.5 0 0 1 0-13z', 'M12 15.5v6', 'M9.5 21.5h5', 'M9 9.5l3.5-3.5'],
  say: ['M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-7l-4.5 4v-4H5A1.5 1.5 0 0 1 3.5 14V6A1.5 1.5 0 0 1 5 4.5z', 'M8 8.5h8', 'M8 11.5h5'],
  touch: ['M9.5 12.5V6a1.7 1.7 0 0 1 3.4 0v5l4.6 1a2.4 2.4 0 0 1 1.9 2.7l-.6 3.4A3.5 3.5 0 0 1 15.3 21h-2.7a4 4 0 0 1-3-1.4L5.3 15a1.5 1.5 0 0 1 2.1-2.1l2.1 1.6', 'M6.2 6.4a5 5 0 0 1 10 0'],
  'link-good': ['M5 17v2', 'M10 13v6', 'M15 9v10', 'M20 5v14'],
  'link-fair': ['M5 17v2', 'M10 13v6', 'M15 9v10'],
  'link-poor': ['M5 17v2', 'M10 13v6'],
  'link-unknown': ['M5 17v2', 'M10 17v2', 'M15 17v2', 'M20 17v2'],
  server: ['M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.6 1.06A4 4 0 0 1 17.5 18.5z'],
  ptz: ['M7.5 9.5h6a1.5 1.5 0 0 1 1.5 1.5v3a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 6 14v-3a1.5 1.5 0 0 1 1.5-1.5z', 'M15 12l3-1.5v4L15 13', 'M4 6.5C8.5 2.8 15.5 2.8 20 6.5', 'M20.4 3v3.8h-3.8', 'M20 18.5c-4.5 3.7-11.5 3.7-16 0', 'M3.6 22v-3.8h3.8'],
  light: ['M12 6a5 5 0 0 1 5 5v5H7v-5a5 5 0 0 1 5-5z', 'M5 19.5h14', 'M12 1.8v1.4', 'M4.2 5l1 1', 'M19.8 5l-1 1'],
  bell: ['M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z', 'M10 20.5a2.2 2.2 0 0 0 4 0', 'M12 2.5V5'],
  clock: ['M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z', 'M12 7.5V12l3.2 2.4'],
  phone: ['M8.5 2.5h7A1.5 1.5 0 0 1 17 4v16a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 20V4a1.5 1.5 0 0 1 1.5-1.5z', '=M12 17a1.2 1.2 0 1 1 0 2.4A1.2 1.2 0 0 1 12 17z'],
  looks: ['M4 18L9 5l5 13', 'M5.6 14h6.8', 'M15 18l3-8 3 8', 'M16 15.5h4'],
  help: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M9.3 9.3a2.8 2.8 0 1 1 4.3 2.4c-1 .6-1.6 1.2-1.6 2.3', '=M12 16a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2z'],
  screen: ['M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z', 'M12 16v3.5', 'M8 19.5h8'],
  pupil: ['M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z', 'M4.5 20.5a7.5 7.5 0 0 1 15 0'],
  network: ['M3 9.5a13 13 0 0 1 18 0', 'M6.2 13a8.3 8.3 0 0 1 11.6 0', 'M9.3 16.4a3.9 3.9 0 0 1 5.4 0', '=M12 18.4a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6z'],
  // The mark of the pages: a screen that smiles. No brand, only a friendly window.
  mark: ['M6 4h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z', 'M8 11.5a4.6 4.6 0 0 0 8 0', 'M9 21.5h6', '=M8.8 7.3a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2z', '=M15.2 7.3a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2z'],
};

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Draw one icon. It is decoration: the words beside it, or the name of its button, say what it means.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  return draw(DRAWINGS[name] ?? DRAWINGS.info ?? []);
}

/**
 * @param {readonly string[]} paths
 * @returns {SVGElement}
 */
export function draw(paths) {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('class', 'icon');
  drawing.setAttribute('aria-hidden', 'true');
  for (const path of paths) {
    const filled = path.startsWith('=');
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', filled ? path.slice(1) : path);
    line.setAttribute('class', filled ? 'fill' : 'line');
    drawing.append(line);
  }
  return drawing;
}

/** @param {string} name @returns {boolean} */
export function hasIcon(name) {
  return name in DRAWINGS;
}
