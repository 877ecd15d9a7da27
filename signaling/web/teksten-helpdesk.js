// Words of the helpdesk's strip on the screen in class: what the helpdesk does, and its message to whoever is there.

/** @type {import('/gedeeld/teksten.js').Catalogue} */
export const HELPDESK = {
  nl: {
    'helpdesk.message': 'Bericht van de helpdesk',
    'helpdesk.ok': 'Gelezen',
    'helpdesk.sees': 'De helpdesk ziet en hoort jullie niet.',
    'helpdesk.restart.asking': 'De helpdesk wil de Klasgenoot opnieuw starten. De les stopt dan even. Mag dat?',
    'helpdesk.restart.running': 'De helpdesk start de Klasgenoot opnieuw.',
    'helpdesk.restart.done': 'De helpdesk heeft de Klasgenoot opnieuw gestart.',
    'helpdesk.doctor.running': 'De helpdesk kijkt of alles werkt.',
    'helpdesk.doctor.done': 'De helpdesk heeft gekeken of alles werkt.',
    'helpdesk.yes': 'Ja, start opnieuw',
    'helpdesk.no': 'Nee, nu niet',
  },
  en: {
    'helpdesk.message': 'Message from the helpdesk',
    'helpdesk.ok': 'I have read it',
    'helpdesk.sees': 'The helpdesk does not see or hear you.',
    'helpdesk.restart.asking': 'The helpdesk wants to restart the Klasgenoot. The lesson then stops for a moment. Is that all right?',
    'helpdesk.restart.running': 'The helpdesk restarts the Klasgenoot.',
    'helpdesk.restart.done': 'The helpdesk has restarted the Klasgenoot.',
    'helpdesk.doctor.running': 'The helpdesk checks if all is well.',
    'helpdesk.doctor.done': 'The helpdesk has checked if all is well.',
    'helpdesk.yes': 'Yes, restart',
    'helpdesk.no': 'No, not now',
  },
};
