import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Audit, Proofs } from '../../../audit/api.ts';
import type { StaffConfig } from '../../../identity/staff.ts';
import { entriesTile, readTilePath, TILE_WIDTH, type TilePlace } from '../../../tlog/tiles.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';

type ProofDeps = Pick<Audit, 'proofs'> & { readonly staff: StaffConfig };

const ReopenBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500 }) },
  { additionalProperties: false },
);

const NOTE = 'text/plain; charset=utf-8';
const tags = ['audit'];

/** The log's checkpoints and the tiles of its tree, in the standard layout (C2SP tlog-tiles), for compliance. */
export function proofRoutes(server: FastifyInstance, { proofs, staff }: ProofDeps): void {
  const onRequest = requireStaff(staff, ['Compliance']);

  server.get(
    '/api/audit/log/checkpoint',
    { schema: { summary: 'The newest checkpoint of the log, as a signed note', tags, produces: [NOTE] }, onRequest },
    async (_request, reply) => {
      const note = (await proofs?.newest()) ?? null;
      return note === null ? sendProblem(reply, 'CHECKPOINT_NOT_FOUND') : reply.header('content-type', NOTE).send(note);
    },
  );

  server.get<{ Params: { '*': string } }>(
    '/api/audit/log/tile/*',
    { schema: { summary: 'A tile of the tree: hashes, or leaves below `entries`', tags }, onRequest },
    async (request, reply) => {
      const place = readTilePath(`tile/${request.params['*']}`);
      const bytes = proofs && place && (await tileAt(proofs, place));
      if (!bytes) return sendProblem(reply, 'TILE_NOT_FOUND');
      return reply.header('content-type', 'application/octet-stream').send(bytes);
    },
  );

  server.post(
    '/api/audit/checkpoint',
    { schema: { summary: 'Make a checkpoint over everything recorded before', tags, produces: [NOTE] }, onRequest },
    async (_request, reply) => {
      if (!proofs) return sendProblem(reply, 'CHECKPOINT_UNAVAILABLE');
      return reply.header('content-type', NOTE).send(await proofs.make());
    },
  );

  server.post<{ Body: { reason: string } }>(
    '/api/audit/reopen',
    { schema: { summary: 'Begin the next tree after a fork', tags, body: ReopenBody }, onRequest },
    async (request, reply) => {
      if (!proofs) return sendProblem(reply, 'CHECKPOINT_UNAVAILABLE');
      const { origin, verifierKey } = await proofs.reopen(request.body.reason, request.actor);
      return reply.send({ origin, verifierKey });
    },
  );
}

/** Null when the tree has no such tile. */
async function tileAt(proofs: Proofs, { level, index, width }: TilePlace): Promise<Buffer | null> {
  const tree = proofs.tree();
  const under = level === 'entries' ? 1 : TILE_WIDTH ** level;
  const first = index * TILE_WIDTH;
  if ((first + width) * under > tree.size()) return null;
  if (level !== 'entries') return tree.tile(level, index, width);
  const leaves: Buffer[] = [];
  // One after the other: those of one batch are read once.
  for (let leaf = first; leaf < first + width; leaf += 1) leaves.push(await proofs.leaf(leaf));
  return entriesTile(leaves);
}
