// What both legs do with an RTCPeerConnection.

/** @import * as M from '/gedeeld/messages' */

/**
 * How a leg may reach the other side: directly and by the relay, or by the relay alone.
 * @param {{ice_servers: readonly M.IceServer[], relay_only: boolean}|null} told  Status or Screen
 * @returns {RTCConfiguration}
 */
export function configuration(told) {
  return {
    iceServers: (told?.ice_servers ?? []).map((s) => ({ ...s })),
    iceTransportPolicy: told?.relay_only ? 'relay' : 'all',
  };
}

export const FILE_CHANNEL = 'bestand'; // of the talk leg, see bestand.js
const GATHER_MS = 100; // a machine without any address yet; what comes later is trickled anyway
const CERTIFICATE_MS = 500; // after this long there is none
const LOOK_MS = 4;
const MORE_MS = 5; // the other addresses of this machine follow the first at once

/**
 * The offer or answer that was just set, with the candidates that were found quickly.
 * @param {RTCPeerConnection} pc
 * @returns {Promise<string>}
 */
export async function localSdp(pc) {
  if (pc.iceGatheringState !== 'complete') {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      pc.addEventListener('icecandidate', () => {
        clearTimeout(timer);
        setTimeout(resolve, MORE_MS);
      }, { once: true });
    });
  }
  return pc.localDescription?.sdp ?? '';
}

/**
 * Call back with every candidate that was not yet in what `localSdp` gave.
 * @param {RTCPeerConnection} pc
 * @param {(ice: {candidate: string, mid: string}) => void} send
 * @returns {(told: string) => void} to be called with the description once that has been sent
 */
export function trickle(pc, send) {
  let sent = false;
  /** @type {{candidate: string, mid: string}[]} */
  const early = [];
  pc.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate?.candidate)
      return;
    const ice = { candidate: candidate.candidate, mid: candidate.sdpMid ?? '0' };
    if (sent)
      send(ice);
    else
      early.push(ice);
  });
  return (told) => {
    sent = true;
    for (const ice of early) {
      // Foundation to port name a candidate; what follows is written differently in the SDP.
      // Not pc.localDescription: that has grown since, by all that was found meanwhile.
      if (!told.includes(ice.candidate.split(' ').slice(0, 6).join(' ')))
        send(ice);
    }
  };
}

/**
 * @param {RTCPeerConnection} pc
 * @param {{candidate: string, mid: string}} ice
 */
export async function addCandidate(pc, ice) {
  try {
    await pc.addIceCandidate({ candidate: ice.candidate, sdpMid: ice.mid });
  } catch {
    // A candidate that can't be used is passed over (RFC 8838).
  }
}

/**
 * Whether the certificate that the browser really got is the one that the verified description
 * names (RFC 8122). The browser compares them too; this is our own look, before picture and sound.
 * @param {RTCPeerConnection} pc  once connected
 * @param {string} sdp  as the local process, or the agent, verified it
 * @returns {Promise<boolean>}
 */
export async function certificateHolds(pc, sdp) {
  const named = /^a=fingerprint:sha-256 ([0-9A-F:]+)\r?$/m.exec(sdp)?.[1];
  const ends = [pc.sctp, ...pc.getReceivers(), ...pc.getSenders()].map((end) => end?.transport ?? null);
  const transports = new Set(ends.filter((transport) => transport !== null));
  for (const transport of transports) {
    const certificate = await remoteCertificate(transport);
    if (!certificate || await sha256(certificate) !== named)
      return false;
  }
  return transports.size > 0;
}

/**
 * Chromium tells of the connection before it tells of the certificate, now and then.
 * @param {RTCDtlsTransport} transport
 * @returns {Promise<ArrayBuffer|undefined>}
 */
async function remoteCertificate(transport) {
  for (let waited = 0; waited < CERTIFICATE_MS && !transport.getRemoteCertificates().length; waited += LOOK_MS)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  return transport.getRemoteCertificates()[0];
}

/** @param {ArrayBuffer} data @returns {Promise<string>} `AB:CD:…` */
async function sha256(data) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}
