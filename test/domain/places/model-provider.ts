import { ATTEMPTS_MAX, hit, pick, readCall, type World, write } from './model-world.ts';

/** A request reaches the provider, or does not; its answer reaches who has asked, or does not. */
export function arrive(world: World, loss: number): void {
  const request = pick(world, world.requests);
  if (!request) return;
  world.requests = world.requests.filter((other) => other !== request);
  const { call, attempt, from, me } = request;
  // Also a repeat whose first is up: too much at once is said before anything is looked at.
  const isRefused = call.leg !== 'over' && hit(world, 0.3);
  if (hit(world, loss)) return;
  if (call.leg === 'none' && !isRefused) call.leg = 'up';
  const isHeard = !hit(world, loss) && from.me === me;
  if (!isHeard || call.log.dials !== attempt || call.log.at !== 'placing') return;
  write(call, isRefused ? { at: 'refused' } : { at: 'up' });
  readCall(world, from, call);
}

/** An older release dials a call that waits: it asks for no place, and what becomes of its request it never records. */
export function dialOutside(world: World): void {
  const { outsiders, options, instances } = world;
  const call = pick(
    world,
    world.calls.filter(({ log }) => log.at === 'waiting'),
  );
  if (!call || outsiders.size >= options.outside) return;
  outsiders.add(call);
  write(call, { at: 'placing', dials: 1 });
  world.requests.push({ call, attempt: 1, from: instances[0]!, me: '' });
}

/** A leg ends, and somebody is told: of a call that we closed too. */
export function endLeg(world: World): void {
  const call = pick(
    world,
    world.calls.filter(({ leg }) => leg === 'up'),
  );
  if (!call) return;
  call.leg = 'over';
  write(call, { at: 'ended', untold: false });
}

/** An answer has not come in time: the dial may be sent again. Or what we closed cannot become a leg any more. */
export function passTime(world: World): void {
  const call = pick(world, world.calls)!;
  const isUnderWay = world.requests.some((request) => request.call === call);
  if (call.log.at === 'placing') call.deadline = call.log.dials;
  if (call.log.untold && !isUnderWay && call.leg !== 'up') write(call, { untold: false });
}

/** Nobody has told of it: it is closed. Or it is refused for the last time. */
export function close(world: World): void {
  const call = pick(
    world,
    world.calls.filter(({ log }) => log.dials === ATTEMPTS_MAX && log.at !== 'ended' && log.at !== 'up'),
  );
  if (!call) return;
  const { at, uncertain } = call.log;
  write(call, { at: 'ended', untold: at === 'placing' || uncertain });
}
