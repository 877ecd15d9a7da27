// Passkeys: hands the server's question to the browser and its answer back. Without this file a password still works.
'use strict';

for (const part of document.querySelectorAll('[data-passkey]')) {
  if (!window.PublicKeyCredential) break;
  part.hidden = false;
  const ask = (event) => {
    event.preventDefault();
    void answer(part);
  };
  if (part instanceof HTMLFormElement) part.addEventListener('submit', ask);
  else part.querySelector('button').addEventListener('click', ask);
}

async function answer(part) {
  const { passkey: kind, path, failed } = part.dataset;
  const form = part.closest('form') ?? part;
  const told = part.querySelector('[role=alert]');
  told.hidden = true;
  const field = form.elements.namedItem('name');
  if (field && !field.reportValidity()) return;
  const name = field?.value ?? '';
  try {
    const question = await post(`${path}/vraag`, { name });
    const credential = kind === 'create'
      ? await navigator.credentials.create({ publicKey: forBrowser(question) })
      : await navigator.credentials.get({ publicKey: forBrowser(question) });
    const found = forServer(credential);
    const { go } = await post(path, kind === 'create' ? { name, answer: found } : found);
    location.assign(go);
  } catch (error) {
    told.textContent = error instanceof Told ? error.message : failed;
    told.hidden = false;
  }

  async function post(to, what) {
    const headers = { 'Content-Type': 'application/json', 'X-Klasgenoot-Form': form.elements.namedItem('csrf').value };
    const reply = await fetch(to, { method: 'POST', headers, body: JSON.stringify(what) });
    const found = await reply.json();
    if (!reply.ok) throw new Told(found.error);
    return found;
  }
}

/** What the server says in words. */
class Told extends Error {}

function forBrowser(question) {
  const ids = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...question,
    challenge: bytes(question.challenge),
    ...(question.user && { user: { ...question.user, id: bytes(question.user.id) } }),
    ...(question.allowCredentials && { allowCredentials: ids(question.allowCredentials) }),
    ...(question.excludeCredentials && { excludeCredentials: ids(question.excludeCredentials) }),
  };
}

function forServer(credential) {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    const value = credential.response[name];
    if (value) response[name] = text(value);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function bytes(base64url) {
  const plain = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
