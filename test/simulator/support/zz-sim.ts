import { startSimulator } from '/work/main/src/simulator/simulator.ts';

const sim = await startSimulator({
  port: 47111,
  timeScale: 100,
  callsPerCallerId: 0,
  faults: { playStartedForPrompts: true },
});
let last = process.cpuUsage(),
  lastT = performance.now();
process.on('SIGUSR2', () => {
  const c = process.cpuUsage();
  const d = (c.user - last.user + c.system - last.system) / 1e6;
  const t = (performance.now() - lastT) / 1e3;
  const s = sim.stats();
  console.log(
    JSON.stringify({
      cpuS: d,
      wallS: t,
      cpuPct: (d / t) * 100,
      rssMB: process.memoryUsage().rss / 1e6,
      create: s.createCalls,
      sent: s.callbacksSent,
      lost: s.callbacksLost,
      req: s.requests,
      open: s.openCalls,
      pend: s.callbacksPending,
    }),
  );
  last = process.cpuUsage();
  lastT = performance.now();
});
console.log('ready');
