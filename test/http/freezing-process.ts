import type { AddressInfo } from 'node:net';
import { startRig } from './rig.ts';

/** The HTTP side in a process that can be suspended; looks at its load so often that every suspension is seen. */
const rig = await startRig({ limits: { maxEventLoopDelayMs: 1_400, loadSampleMs: 50 } });
await rig.server.listen({ host: '127.0.0.1', port: 0 });
const { port } = rig.server.server.address() as AddressInfo;
process.send?.({ port, token: await rig.issuer.sign() });
