import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Places } from '../../../src/app/dialling/places.ts';
import type { DialPermit } from '../../../src/app/ports.ts';

/** Places that claim to keep the port's promises. Each test opens its own; there is room for three calls. */
export type OpenedPlaces = { readonly name: string; readonly open: () => Places };

/** Takes a turn as the dial queue does. @returns the place that was got for it */
export async function takeTurn(places: Places, callSessionId: string): Promise<DialPermit | null> {
  const answer = places.ask ? await places.ask(callSessionId) : 'granted';
  if (answer !== 'granted' && 'retryAfterMs' in answer) throw new Error('there is no place');
  const place = answer === 'granted' ? null : answer;
  places.takeTurn(callSessionId, place);
  return place;
}

/** Takes a turn and is dialled in it. */
export async function dial(places: Places, callSessionId: string): Promise<void> {
  await takeTurn(places, callSessionId);
  places.legStands(callSessionId, true);
}

/** Registers the tests that every kind of places passes. */
export function contract({ name, open }: OpenedPlaces): void {
  const tests = suite(`places contract: ${name}`);
  const promise = (what: string, body: (places: Places) => Promise<void>) =>
    tests(what, async () => {
      const places = open();
      try {
        await body(places);
      } finally {
        places.close();
      }
    });

  promise('a call that nothing was heard of has no place and nothing to give back', async (places) => {
    assert.equal([places.has('a'), places.begun('a'), places.taken(), places.legs()], [false, false, 0, 0]);
    assert.equal([places.giveBack('a'), places.legOver('a'), places.problem()], [null, null, null]);
  });

  promise('a turn takes a place before any leg is heard of', async (places) => {
    await takeTurn(places, 'a');
    await takeTurn(places, 'b');
    assert.equal([places.taken(), places.begun('a')], [2, false]);
  });

  promise('a turn in which nobody was dialled leaves its place, and is given back once', async (places) => {
    await takeTurn(places, 'a');
    assert.ok(places.giveBack('a'));
    assert.equal([places.taken(), places.giveBack('a')], [0, null]);
  });

  promise('a leg keeps the place of the turn in which it was dialled, until it is over', async (places) => {
    await dial(places, 'a');
    assert.is(places.giveBack('a'), null, 'the turn was used');
    assert.equal([places.has('a'), places.begun('a'), places.taken(), places.legs()], [true, true, 1, 1]);
    places.legOver('a');
    assert.equal([places.has('a'), places.begun('a'), places.taken(), places.legs()], [false, false, 0, 0]);
  });

  promise('a leg takes one place, however often it is told of', async (places) => {
    await dial(places, 'a');
    for (const dialledHere of [true, false, false]) places.legStands('a', dialledHere);
    assert.is(places.taken(), 1);
  });

  promise(
    'a call whose leg may stand is dialled again in its place, and keeps it if it is not dialled',
    async (places) => {
      await dial(places, 'a');
      assert.is(await takeTurn(places, 'a'), null);
      assert.is(places.taken(), 1);
      assert.is(places.giveBack('a')?.place ?? null, null);
      assert.equal([places.has('a'), places.taken()], [true, 1]);
    },
  );

  promise('a call that was refused for now takes a place anew', async (places) => {
    await dial(places, 'a');
    places.legOver('a');
    await dial(places, 'a');
    assert.equal([places.taken(), places.legs()], [1, 1]);
  });

  tests.run();
}
