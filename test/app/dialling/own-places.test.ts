import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOwnPlaces } from '../../../src/app/dialling/own-places.ts';
import { contract } from './places-contract.ts';

contract({ name: 'own', open: createOwnPlaces });

test('alone, nobody has to be asked', () => {
  assert.is(createOwnPlaces().ask, null);
});

test('alone, every leg takes a place, also one that was dialled before the start', () => {
  const places = createOwnPlaces();
  places.legStands('a', false);
  places.legStands('b', true);
  assert.equal([places.taken(), places.legs(), places.has('a')], [2, 2, true]);
});

test('alone, a turn counts as a place but not as a leg', () => {
  const places = createOwnPlaces();
  places.takeTurn('a', null);
  assert.equal([places.taken(), places.legs()], [1, 0]);
});

test('alone, a leg that is heard of has used the turn, whoever tells of it', () => {
  const places = createOwnPlaces();
  places.takeTurn('a', null);
  places.legStands('a', false);
  assert.equal([places.giveBack('a'), places.taken()], [null, 1]);
});

test('alone, a turn that was not used leaves nothing to hand on', () => {
  const places = createOwnPlaces();
  places.takeTurn('a', null);
  assert.equal(places.giveBack('a'), { place: null, moment: false });
});

test.run();
