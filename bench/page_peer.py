"""The pages of the peers: what a plain WebRTC application would do, no more and no less.

Descriptions and candidates wait in `peer.outbox` and are carried over by the bench itself, so that
signaling never suffers from the line (which favours the peers). When the connection has failed the
looker restarts ICE, as the specification's own example does.
"""

LOOKER = """<!doctype html><body style="margin:0">
<video id=v autoplay muted playsinline style="width:100vw"></video>
<script>
globalThis.peer = { outbox: [] };
peer.join = async (trickle) => {
  // With the microphone granted the browser's addresses are no longer hidden behind mDNS names.
  (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks().forEach((t) => t.stop());
  const pc = peer.pc = new RTCPeerConnection();
  pc.addTransceiver('video', { direction: 'recvonly' });
  pc.ontrack = ({ track }) => { v.srcObject = new MediaStream([track]); };
  pc.onicecandidate = ({ candidate }) => {
    if (trickle && candidate) peer.outbox.push({ candidate: candidate.toJSON() });
  };
  pc.onconnectionstatechange = () => {
    if (pc.connectionState === 'failed') pc.restartIce();
  };
  pc.onnegotiationneeded = async () => {
    await pc.setLocalDescription();
    if (!trickle)
      while (pc.iceGatheringState !== 'complete') await new Promise((done) => setTimeout(done, 10));
    peer.outbox.push({ description: pc.localDescription.toJSON() });
  };
};
peer.receive = async ({ description, candidate }) => {
  if (description) await peer.pc.setRemoteDescription(description);
  else await peer.pc.addIceCandidate(candidate).catch(() => {});
};
</script>"""

_WORKER = """
let pictures = [];
const size = 1280 * 720 * 3 / 2;
const numberAt = (stamp, count) => {
  const step = Math.floor(stamp * 30 / 1001) % (2 * count - 2);
  return Math.min(step, 2 * count - 2 - step);
};
// As klasgenoot/media/stamp.py writes it.
const write = (bytes, stamp) => {
  for (let bit = 0; bit < 32; bit++) {
    const level = Math.floor(stamp / 2 ** bit) % 2 ? 235 : 16;
    for (let y = 0; y < 16; y++) bytes.fill(level, y * 1280 + bit * 16, y * 1280 + bit * 16 + 16);
  }
  for (const start of [1280 * 720, 1280 * 720 * 5 / 4])
    for (let y = 0; y < 8; y++) bytes.fill(128, start + y * 640, start + y * 640 + 256);
};
onmessage = async ({ data: { reel, writable } }) => {
  const all = await reel.arrayBuffer();
  for (let at = 0; at < all.byteLength; at += size) pictures.push(new Uint8Array(all, at, size));
  const writer = writable.getWriter();
  const wall = () => (performance.timeOrigin + performance.now()) % 2 ** 32;
  const next = () => {
    const now = wall(), following = Math.floor(now * 30 / 1001) + 1;
    // A timer counts whole milliseconds and must not come too early.
    setTimeout(show, Math.ceil(Math.ceil(following * 1001 / 30) + 0.5 - now));
  };
  const show = () => {
    const stamp = Math.floor(wall());
    const bytes = pictures[numberAt(stamp, pictures.length)];
    write(bytes, stamp);
    const timestamp = Math.round(performance.now() * 1000);
    const shape = { format: 'I420', codedWidth: 1280, codedHeight: 720, timestamp };
    writer.write(new VideoFrame(bytes, shape));
    next();
  };
  next();
  postMessage('rolling');
};
"""

SENDER = (
    """<!doctype html><input type=file id=reel><script>
globalThis.peer = { outbox: [] };
peer.roll = async () => {
  const camera = peer.camera = new MediaStreamTrackGenerator({ kind: 'video' });
  const worker = peer.worker = new Worker(URL.createObjectURL(new Blob([`"""
    + _WORKER.replace("`", "\\`").replace("${", "\\${")
    + """`])));
  const rolling = new Promise((done) => { worker.onmessage = done; });
  worker.postMessage({ reel: reel.files[0], writable: camera.writable }, [camera.writable]);
  await rolling;
  const pc = peer.pc = new RTCPeerConnection();
  pc.onicecandidate = ({ candidate }) => {
    if (candidate) peer.outbox.push({ candidate: candidate.toJSON() });
  };
  pc.addTrack(camera, new MediaStream([camera]));
};
peer.receive = async ({ description, candidate }) => {
  if (candidate) return peer.pc.addIceCandidate(candidate).catch(() => {});
  await peer.pc.setRemoteDescription(description);
  await peer.pc.setLocalDescription();
  peer.outbox.push({ description: peer.pc.localDescription.toJSON() });
};
</script>"""
)
