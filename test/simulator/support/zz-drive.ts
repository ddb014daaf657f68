import { createHash, createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import { DEVELOPMENT_ACCESS_KEY } from '/work/main/src/simulator/defaults.ts';

const key = Buffer.from(DEVELOPMENT_ACCESS_KEY, 'base64');
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const total = Number(process.argv[2]),
  conc = Number(process.argv[3]);
function req(method: string, path: string, body?: unknown): Promise<{ status: number; body: string }> {
  return new Promise((res, rej) => {
    const raw = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
    const date = new Date().toUTCString();
    const hash = createHash('sha256').update(raw).digest('base64');
    const url = path + '?api-version=2026-03-12';
    const host = '127.0.0.1:47111';
    const sig = createHmac('sha256', key).update(`${method}\n${url}\n${date};${host};${hash}`).digest('base64');
    const r = http.request(
      {
        agent,
        host: '127.0.0.1',
        port: 47111,
        method,
        path: url,
        headers: {
          host,
          'x-ms-date': date,
          'x-ms-content-sha256': hash,
          authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${sig}`,
          'content-length': raw.length,
          'content-type': 'application/json',
          'repeatability-request-id': randomUUID(),
          'repeatability-first-sent': date,
        },
      },
      (rs) => {
        let b = '';
        rs.on('data', (c) => (b += c));
        rs.on('end', () => res({ status: rs.statusCode!, body: b }));
      },
    );
    r.on('error', rej);
    r.end(raw);
  });
}
let started = 0,
  done = 0,
  callbacks = 0;
const lat: number[] = [];
const steps = new Map<string, number>();
let finish: () => void;
const all = new Promise<void>((r) => (finish = r));
async function begin() {
  if (started >= total) return;
  const n = started++;
  const to = '+1555' + String(1000000 + n);
  const r = await req('POST', '/calling/callConnections', {
    targets: [{ phoneNumber: { value: to } }],
    sourceCallerIdNumber: { value: '+15550199' },
    callbackUri: `http://127.0.0.1:${port}/cb?to=${encodeURIComponent(to)}`,
    callIntelligenceOptions: { cognitiveServicesEndpoint: 'https://x/' },
  });
  if (r.status !== 201) console.log(r);
}
async function next(id: string, to: string) {
  const s = (steps.get(id) ?? 0) + 1;
  steps.set(id, s);
  const t = performance.now();
  const r =
    s <= 4
      ? await req('POST', `/calling/callConnections/${id}:recognize`, {
          recognizeInputType: 'dtmf',
          playPrompt: { kind: 'text', text: { text: 'Please press one for yes or two for no.' } },
          recognizeOptions: { targetParticipant: { rawId: '4:' + to }, dtmfOptions: { maxTonesToCollect: 1 } },
          operationContext: 'q' + s,
        })
      : s === 5
        ? await req('POST', `/calling/callConnections/${id}:play`, {
            playSources: [{ kind: 'text', text: { text: 'Thank you, goodbye.' } }],
            playTo: [],
            operationContext: 'p',
          })
        : await req('POST', `/calling/callConnections/${id}:terminate`);
  lat.push(performance.now() - t);
  if (r.status >= 300) console.log(s, r);
}
const server = http.createServer(async (q, s) => {
  let b = '';
  for await (const c of q) b += c;
  s.writeHead(200).end();
  for (const e of JSON.parse(b)) {
    callbacks++;
    const t = e.type.slice(24);
    const id = e.data.callConnectionId;
    const to = new URL('http://x' + q.url).searchParams.get('to')!;
    if (t === 'CallConnected' || t === 'RecognizeCompleted' || t === 'PlayCompleted') void next(id, to);
    else if (t === 'CallDisconnected') {
      steps.delete(id);
      done++;
      if (done === total) finish();
      else void begin();
    } else if (/Failed|Canceled/.test(t)) console.log(t, JSON.stringify(e.data));
  }
});
await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
const port = (server.address() as any).port;
const t0 = performance.now();
const c0 = process.cpuUsage();
for (let i = 0; i < conc; i++) void begin();
await all;
const sec = (performance.now() - t0) / 1e3;
const c = process.cpuUsage(c0);
lat.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    calls: done,
    sec,
    callsPerSec: done / sec,
    callbacksPerSec: callbacks / sec,
    p50: lat[lat.length >> 1],
    p99: lat[Math.floor(lat.length * 0.99)],
    driverCpu: (c.user + c.system) / 1e6,
  }),
);
process.exit(0);
