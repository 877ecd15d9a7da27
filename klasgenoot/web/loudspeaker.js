// The loudspeaker of the class, by (part of) its name; "" is the system's own choice.

/**
 * @param {HTMLVideoElement} video  what plays the pupil's voice
 * @param {string} name
 * @returns {Promise<boolean>} false when there is no loudspeaker (of that name)
 */
export async function chooseLoudspeaker(video, name) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  if (name === '') // without a label nothing may be told yet, and so nothing is missing
    return devices.some((d) => d.kind === 'audiooutput') || !devices.some((d) => d.label);
  const wanted = devices.find((d) => d.kind === 'audiooutput' && d.label.toLowerCase().includes(name.toLowerCase()));
  if (!wanted)
    return false;
  await video.setSinkId(wanted.deviceId);
  return true;
}
