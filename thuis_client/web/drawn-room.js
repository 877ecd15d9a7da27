// The room that takes the place of the real one: a wall, a window and a shelf. Nobody lives there.

/**
 * @param {number} width
 * @param {number} height
 * @returns {OffscreenCanvas}
 */
export function drawRoom(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (!pen)
    return canvas;
  pen.scale(width / 160, height / 90);
  /** @param {string} colour @param {number} x @param {number} y @param {number} w @param {number} h @param {number} [round] */
  const box = (colour, x, y, w, h, round = 0) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.roundRect(x, y, w, h, round);
    pen.fill();
  };
  box('#d9e7e3', 0, 0, 160, 90);
  box('#c6d8d2', 0, 74, 160, 16);
  box('#fffaf0', 12, 10, 34, 38, 2);
  box('#a9d3e6', 14, 12, 14, 34);
  box('#bfe0ee', 30, 12, 14, 34);
  box('#8fbf86', 14, 38, 14, 8);
  box('#8fbf86', 30, 40, 14, 6);
  box('#b98b5a', 108, 40, 42, 3, 1);
  const books = ['#c8553d', '#f0a818', '#2a5c9a', '#4c6a22', '#69418f', '#0b665e'];
  books.forEach((colour, i) => box(colour, 112 + 4.6 * i, 24 + (i % 3) * 2, 4, 16 - (i % 3) * 2, 0.6));
  box('#d9743f', 141, 33, 7, 7, 1);
  pen.fillStyle = '#58a061';
  for (const [x, y, turn] of /** @type {const} */ ([[143, 28, -0.5], [146, 28, 0.5], [144.5, 26, 0]])) {
    pen.beginPath();
    pen.ellipse(x, y, 1.8, 6, turn, 0, 2 * Math.PI);
    pen.fill();
  }
  return canvas;
}
