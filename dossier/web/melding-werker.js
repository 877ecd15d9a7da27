// Shows the notice when a push arrives, also while no page is open. It has no content: the words are here.
'use strict';

const WORDS = {
  nl: ['Er is iets nieuws', 'Log in bij de Klasgenoot om het te lezen.'],
  en: ['Something new', 'Log in to the Klasgenoot to read it.'],
};
const language = new URL(self.location.href).searchParams.get('taal') === 'en' ? 'en' : 'nl';

self.addEventListener('install', () => void self.skipWaiting());

self.addEventListener('push', (event) => {
  const [title, body] = WORDS[language];
  // One tag: what is new twice is one notice.
  event.waitUntil(self.registration.showNotification(title, { body, lang: language, tag: 'nieuw', icon: '/vast/icon.svg' }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow('/'));
});
