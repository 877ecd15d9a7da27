// Notices on this device: switched on and off here, for as long as the browser keeps the subscription.
'use strict';

const part = document.querySelector('[data-push]');
if (part && 'serviceWorker' in navigator && 'PushManager' in window) {
  const button = part.querySelector('button'), told = part.querySelector('[role=status]'), words = part.dataset;
  part.hidden = false;
  void current().then(show);
  button.addEventListener('click', () => void press());

  async function press() {
    button.disabled = true;
    try {
      const had = await current();
      show(had ? await off(had) : await on());
    } catch (error) {
      told.textContent = error instanceof Told ? error.message : Notification.permission === 'denied' ? words.notAllowed : words.failed;
    } finally {
      button.disabled = false;
    }
  }

  async function on() {
    if (await Notification.requestPermission() !== 'granted')
      throw new Told(words.notAllowed);
    const worker = await ready();
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: words.key });
    try {
      await post('', made);
    } catch (error) {
      await made.unsubscribe(); // never a device that listens to nobody
      throw error;
    }
    return made;
  }

  async function off(had) {
    await post('/uit', had);
    await had.unsubscribe();
    return null;
  }

  function show(subscription) {
    button.textContent = subscription ? words.off : words.on;
    told.textContent = subscription ? words.isOn : words.isOff;
  }

  async function current() {
    const worker = await navigator.serviceWorker.getRegistration('/vast/');
    return await worker?.pushManager.getSubscription() ?? null;
  }

  /** The worker, once it can be subscribed. */
  async function ready() {
    const found = await navigator.serviceWorker.register(`/vast/melding-werker.js?taal=${document.documentElement.lang}`);
    const coming = found.installing ?? found.waiting;
    if (!found.active && coming)
      await new Promise((done) => coming.addEventListener('statechange', () => found.active && done()));
    return found;
  }

  async function post(to, { endpoint }) {
    const headers = { 'Content-Type': 'application/json', 'X-Klasgenoot-Form': words.csrf };
    const reply = await fetch(words.push + to, { method: 'POST', headers, body: JSON.stringify({ endpoint }) });
    if (!reply.ok)
      throw new Told((await reply.json().catch(() => ({}))).error ?? words.failed);
  }
}

/** What is said in words. */
class Told extends Error {}
