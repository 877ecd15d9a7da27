// Which microphone or loudspeaker is meant by (part of) a name. Pure, but for asking the browser what there is.

/** @typedef {{id: string, label: string, named: boolean}} Choice  named: it is the one that the settings ask for */

/**
 * The device of that name; without it the system's own choice, because any sound is better than none.
 * @param {readonly Pick<MediaDeviceInfo, 'kind'|'label'|'deviceId'>[]} devices
 * @param {'audioinput'|'audiooutput'} kind
 * @param {string} name  "" is the system's choice
 * @returns {Choice|null} null when there is none of that kind
 */
export function choose(devices, kind, name) {
  const all = devices.filter((device) => device.kind === kind);
  // "default" and "communications" carry the name of the device behind them, and leave it when the system does.
  const real = all.filter(({ deviceId }) => deviceId !== 'default' && deviceId !== 'communications');
  const wanted = name === '' ? undefined : real.find(({ label }) => label.toLowerCase().includes(name.toLowerCase()));
  if (wanted)
    return { id: wanted.deviceId, label: wanted.label, named: true };
  const any = all.find(({ deviceId }) => deviceId === 'default') ?? all[0];
  return any ? { id: '', label: any.label, named: name === '' } : null;
}

/** @param {'audioinput'|'audiooutput'} kind @param {string} name */
export async function find(kind, name) {
  return choose(await navigator.mediaDevices.enumerateDevices(), kind, name);
}
