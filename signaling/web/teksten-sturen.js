// Words for turning the camera beside those in teksten-thuis.js: the map of the room and working with one switch.

/** @type {import('/gedeeld/teksten.js').Catalogue} */
export const STUREN = {
  nl: {
    'preset.back': 'Terug naar het bord',
    'overview.ahead': 'De camera kijkt recht vooruit',
    'overview.ahead.up': 'De camera kijkt recht vooruit, omhoog',
    'overview.ahead.down': 'De camera kijkt recht vooruit, omlaag',
    'overview.left': 'De camera kijkt naar links',
    'overview.left.up': 'De camera kijkt naar links, omhoog',
    'overview.left.down': 'De camera kijkt naar links, omlaag',
    'overview.right': 'De camera kijkt naar rechts',
    'overview.right.up': 'De camera kijkt naar rechts, omhoog',
    'overview.right.down': 'De camera kijkt naar rechts, omlaag',
    'overview.zoom': '{times} keer dichterbij',
    'scan.name': 'Bedienen met één knop: de spatiebalk kiest',
  },
  en: {
    'preset.back': 'Back to the board',
    'overview.ahead': 'The camera looks straight ahead',
    'overview.ahead.up': 'The camera looks straight ahead, up',
    'overview.ahead.down': 'The camera looks straight ahead, down',
    'overview.left': 'The camera looks left',
    'overview.left.up': 'The camera looks left, up',
    'overview.left.down': 'The camera looks left, down',
    'overview.right': 'The camera looks right',
    'overview.right.up': 'The camera looks right, up',
    'overview.right.down': 'The camera looks right, down',
    'overview.zoom': '{times} times closer',
    'scan.name': 'Work with one switch: the space bar chooses',
  },
};
