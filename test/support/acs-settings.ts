import type { SimulatorSettings } from '../../src/simulator/settings.ts';

/** Settings of a server that calls through a provider on this machine: the simulator, or one that only answers. */
export type AcsSettings = Omit<SimulatorSettings, 'TIME_SCALE'>;
