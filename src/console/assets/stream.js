// The server's stream, which says only that something has changed. One for all tabs of this browser: with HTTP/1.1 it may have six
// connections to a server in all. The tab that holds the lock listens, and tells the others.

/** What has failed is tried again after so long; each time after twice as long, up to the longest. */
const AGAIN_MS = 3_000;
const AGAIN_MAX_MS = 60_000;
/** The server says every 20 seconds that it is there. A stream that is silent for longer is none, though nobody has said so. */
const SILENT_MS = 50_000;

/** @param {number} times it has failed so far */
export function againMs(times) {
  return Math.min(AGAIN_MS * 2 ** (times - 1), AGAIN_MAX_MS);
}

/** @param {(news: 'changed' | 'lost') => void} hear */
export function listenTogether(hear) {
  const channel = new BroadcastChannel('callistra-live');
  channel.addEventListener('message', ({ data }) => hear(data));
  const tell = (/** @type {'changed' | 'lost'} */ news) => {
    channel.postMessage(news);
    hear(news);
  };
  if (navigator.locks) void navigator.locks.request('callistra-live', () => new Promise(() => listen(tell, 0)));
  else listen(tell, 0);
}

/**
 * Opened anew after any error: a stream that was refused once is given up by the browser for good.
 * @param {(news: 'changed' | 'lost') => void} tell
 * @param {number} failures so far
 */
function listen(tell, failures) {
  const stream = new EventSource('/console/live');
  let failed = failures;
  let silence = setTimeout(lose, SILENT_MS);
  function lose() {
    clearTimeout(silence);
    stream.close();
    tell('lost');
    setTimeout(listen, againMs(failed + 1), tell, failed + 1);
  }
  function isHeard() {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENT_MS);
  }
  stream.addEventListener('open', () => {
    failed = 0;
    isHeard();
    // Whatever has changed while nobody listened, also while this page was loaded.
    tell('changed');
  });
  stream.addEventListener('changed', () => {
    isHeard();
    tell('changed');
  });
  stream.addEventListener('beat', isHeard);
  stream.addEventListener('error', lose);
}
