// Loaded before a process of ours: its wall clock shows another time, and is set to yet another one on a signal.
const Real = globalThis.Date;
const startMs = Real.parse(process.env['CLOCK_AT'] ?? '');
let aheadMs = Number.isNaN(startMs) ? 0 : startMs - Real.now();
const now = () => Real.now() + aheadMs;

globalThis.Date = new Proxy(Real, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

process.on('SIGWINCH', () => {
  aheadMs += Number(process.env['CLOCK_SET_MS'] ?? 0);
});
