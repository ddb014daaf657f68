// Turbo does navigation and forms. What else a page does stands in a file each.
import './film.js';
import './going-on.js';
import './idle.js';
import './live.js';
import './phone.js';
import './release.js';
import './shortcuts.js';
import './try.js';
import './unsent.js';
