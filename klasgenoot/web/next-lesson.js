// The lesson that goes on or comes next, where a timetable is known. Pure, but for the one element it writes.
import { show, Shown, write } from '/gedeeld/scherm.js';
import { language, t } from '/gedeeld/teksten.js';

/** @import * as M from '/gedeeld/messages' */

const LOOK_MS = 5000;
const FAR_MS = 6.5 * 86_400_000; // beyond it the name of a weekday means two days

/**
 * @param {readonly M.AgendaLesson[]} lessons
 * @param {number} now  ms since 1970
 * @returns {M.AgendaLesson|null} the first that is not over
 */
export function nextOf(lessons, now) {
  return [...lessons].sort((a, b) => a.begin - b.begin).find((lesson) => 1000 * lesson.end > now) ?? null;
}

/**
 * "Volgende les: 10:15, rekenen, lokaal 12".
 * @param {M.AgendaLesson} lesson @param {number} now  ms since 1970
 */
export function wordsOf(lesson, now) {
  const begins = new Date(1000 * lesson.begin);
  const hour = begins.toLocaleTimeString(language(), { hour: 'numeric', minute: '2-digit' });
  const today = begins.toDateString() === new Date(now).toDateString();
  const far = begins.getTime() - now > FAR_MS;
  const day = today ? '' : begins.toLocaleDateString(language(), far ? { day: 'numeric', month: 'long' } : { weekday: 'long' });
  const what = [[day, hour].filter(Boolean).join(' '), lesson.subject, lesson.room].filter(Boolean).join(', ');
  const key = lesson.state !== 'planned' ? lesson.state : lesson.moved ? 'moved' : begins.getTime() <= now ? 'now' : 'next';
  return t(`klas.lesson.${key}`, { what });
}

export class NextLesson {
  #shown = new Shown();
  /** @type {readonly M.AgendaLesson[]} */
  #lessons = [];
  #wanted = false;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** @param {M.Agenda} message */
  told({ lessons }) {
    this.#lessons = lessons;
    this.#look();
  }

  /** Once the pupil is there, or where something has to be done first, it is not the thing to read. @param {boolean} wanted */
  render(wanted) {
    this.#wanted = wanted;
    this.#look();
  }

  #look() {
    const now = Date.now();
    const lesson = this.#wanted ? nextOf(this.#lessons, now) : null;
    show(this.element, lesson !== null);
    const words = lesson ? wordsOf(lesson, now) : '';
    if (this.#shown.changed('words', words)) write(this.element, words);
  }
}
