import type { PlacesRow, Waiting } from '../../../src/domain/places/row.ts';
import { step, type View } from '../../../src/domain/places/step.ts';
import { applyAppend, applyWrite, hit, type Instance, keyOf, readCall, type Taken, type World } from './model-world.ts';

/** What an instance does, in the order in which it does it. */
export function round(world: World, instance: Instance, loss: number): void {
  for (const call of world.calls) readCall(world, instance, call);
  if (!instance.write) {
    readRow(world, instance);
    sendWrite(world, instance);
  }
  answerWrite(world, instance, loss);
  beginDial(world, instance);
  answerAppend(world, instance, loss);
}

export function readRow(world: World, instance: Instance): void {
  const { row, etag } = world;
  if (instance.write) return;
  world.reads += 1;
  instance.stored = { row, etag };
  instance.storedAt = world.reads;
  for (const place of row.held) {
    const isKnown = (instance.known.get(place.callSessionId)?.dials ?? 0) >= place.attempt;
    if (place.by === instance.me && !instance.had.has(keyOf(place)) && !isKnown) takeTurn(instance, place);
  }
}

function takeTurn(instance: Instance, place: Taken): void {
  instance.had.add(keyOf(place));
  instance.turns.set(place.callSessionId, place);
}

export function sendWrite(world: World, instance: Instance): void {
  const { stored, write } = instance;
  if (!stored || write) return;
  const next = (world.options.step ?? step)(stored.row, viewOf(world, instance, stored.row));
  if (next.row === stored.row) return;
  instance.write = { row: next.row, etag: stored.etag, most: instance.most };
  if (world.options.dialsUnconfirmed) for (const place of next.taken) takeTurn(instance, place);
}

function viewOf(world: World, instance: Instance, row: PlacesRow): View {
  const { me, known, turns, appends, doubtful } = instance;
  const over = new Map([...known].filter(([, { overTo }]) => overTo > 0).map(([id, { overTo }]) => [id, overTo]));
  const due: Waiting[] = [];
  const anew = new Set<string>();
  const unused = new Map<string, Waiting | null>();
  for (const { id, deadline } of world.calls) {
    const call = known.get(id);
    if (!call || call.waitsFor === null) continue;
    const part = call.dials > 0 ? 'redial' : 'normal';
    if (!call.isPlacing || deadline === call.dials) due.push({ callSessionId: id, attempt: call.waitsFor, part });
  }
  for (const { callSessionId, attempt, by } of row.held) {
    const call = known.get(callSessionId);
    if (!call || call.waitsFor !== attempt) continue;
    // Of one's own turn one knows that it is not under way.
    const isSure = !doubtful.has(callSessionId) || world.options.forgetsDoubt;
    const isFree = isSure && call.dials <= call.overTo && !appends.some((append) => append.call.id === callSessionId);
    if (by === me && isFree && turns.get(callSessionId)?.attempt === attempt && hit(world, 0.3)) {
      unused.set(callSessionId, { callSessionId, attempt, part: attempt > 1 ? 'redial' : 'normal' });
      turns.delete(callSessionId);
    } else if (!turns.has(callSessionId) && hit(world, 0.3)) anew.add(callSessionId);
  }
  return {
    me,
    nowMs: 0,
    spacingMs: 1e-3,
    most: instance.most,
    // Who stops gives up its turns and has nobody dialled.
    moves: unused.size > 0 && hit(world, 0.5) ? 0 : Number.POSITIVE_INFINITY,
    over,
    legs: legsOf(instance, row),
    due,
    waitsFor: (id) => known.get(id)?.waitsFor,
    anew,
    unused,
    pauseUntilMs: 0,
  };
}

/** Legs without a place, by what was read of the log after the row: before, the place may have been given back. */
function legsOf({ known, storedAt }: Instance, { held }: PlacesRow): View['legs'] {
  return [...known].flatMap(([callSessionId, { dials, overTo, readAt }]) => {
    const isHeld = held.some((place) => place.callSessionId === callSessionId);
    return dials > overTo && readAt > storedAt && !isHeld ? [{ callSessionId, attempt: dials }] : [];
  });
}

export function answerWrite(world: World, instance: Instance, loss: number): void {
  const { write } = instance;
  if (!write) return;
  instance.write = null;
  instance.stored = null;
  if (hit(world, loss)) {
    if (hit(world, 0.5)) world.late.push(write);
    else applyWrite(world, write);
    return;
  }
  if (!applyWrite(world, write)) return;
  readRow(world, instance);
}

/** Whoever has a turn, and has read that the call waits for it, sends an append at the version that was read. */
export function beginDial({ calls }: World, instance: Instance): void {
  for (const [id, { attempt }] of instance.turns) {
    const known = instance.known.get(id);
    const call = calls.find((other) => other.id === id)!;
    if (known?.waitsFor !== attempt || instance.appends.some((append) => append.call === call)) continue;
    instance.appends.push({ call, version: known.version, attempt });
  }
}

export function answerAppend(world: World, instance: Instance, loss: number): void {
  const append = instance.appends.shift();
  if (!append) return;
  const { call, attempt } = append;
  instance.turns.delete(call.id);
  const isLost = hit(world, loss);
  if (isLost) instance.doubtful.add(call.id);
  if (isLost && hit(world, 0.5)) {
    world.lateAppends.push(append);
    return;
  }
  const isWritten = applyAppend(world, append);
  if (isWritten && !isLost) world.requests.push({ call, attempt, from: instance, me: instance.me });
  readCall(world, instance, call);
}
