import { createMemoryPlaces } from '../../../src/adapters/places/memory.ts';
import { clockFromZero } from '../../support/virtual-clock.ts';
import { placesContract } from './contract.ts';

placesContract('in memory', async () => {
  const places = createMemoryPlaces(clockFromZero());
  return [places, places];
});
