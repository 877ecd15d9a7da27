// What is wrong before the lesson, if anything, and what to do. Pure: what was found out is an argument.

/** @typedef {'headset'|'mic'|'camera'|'line'} Part */
/** @typedef {{part: Part, ok: boolean|null, advice: string}} Finding  ok null: not known, or a choice; advice: key of the words, or '' */
/**
 * @typedef {Object} Seen
 * @property {'on'|'off'|'absent'|'refused'} mic
 * @property {'on'|'off'|'absent'|'refused'} camera
 * @property {'heard'|'nothing'|'waiting'} voice  what came out of the microphone so far
 * @property {boolean} dark        the camera sees nothing at all
 * @property {'headset'|'speaker'|'absent'|'unknown'} ears
 * @property {boolean} server
 * @property {string} away         why the server is not there
 */

const HEADSET = /head|koptelefoon|kopfh|casque|oor|ear|pods|jabra|plantronics|poly|usb audio/i;

/** @param {Seen} seen @returns {Finding[]} */
export function judge({ mic, camera, voice, dark, ears, server, away }) {
  return [
    found('headset', ears === 'headset' ? true : ears === 'absent' ? false : null, ears === 'absent' || ears === 'speaker' ? ears : ''),
    found('mic', mic === 'on' ? (voice === 'nothing' ? false : voice === 'heard' || null) : mic === 'off' ? null : false,
      mic === 'on' ? (voice === 'heard' ? '' : voice) : mic === 'off' ? '' : mic),
    found('camera', camera === 'on' ? !dark : camera === 'off' ? null : false, camera === 'on' ? (dark ? 'dark' : '') : camera === 'off' ? '' : camera),
    { part: 'line', ok: server, advice: server ? '' : `reason.${away || 'server_away'}` },
  ];
}

/** @param {Part} part @param {boolean|null} ok @param {string} what @returns {Finding} */
function found(part, ok, what) {
  return { part, ok, advice: what && `seat.${part}.${what}` };
}

const URGENT = ['line', 'mic', 'camera', 'headset'];

/** The one thing worth saying: what is wrong first, then what could be better. @param {Finding[]} findings @returns {Finding|null} */
export function worst(findings) {
  const advised = findings.filter(({ advice }) => advice).sort((a, b) => URGENT.indexOf(a.part) - URGENT.indexOf(b.part));
  return advised.find(({ ok }) => ok === false) ?? advised[0] ?? null;
}

/**
 * Whether sound goes to a headset: one device with a microphone and an output, or one that is called so.
 * @param {readonly {kind: string, label: string, groupId: string}[]} devices
 * @param {string} micGroup  of the microphone in use
 * @returns {Seen['ears']}
 */
export function earsOf(devices, micGroup) {
  const outputs = devices.filter(({ kind }) => kind === 'audiooutput');
  if (!devices.some(({ label }) => label))
    return 'unknown'; // nothing is told before the microphone was allowed
  if (!outputs.length)
    return 'absent';
  if (outputs.some(({ label, groupId }) => HEADSET.test(label) || (micGroup !== '' && groupId === micGroup)))
    return 'headset';
  return 'speaker';
}
