import type { FastifyInstance } from 'fastify';
import { exportsLookedAt } from '../../../audit/export/looked-at.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { createExportRuns } from '../../export-runs.ts';
import { sendPage } from '../../page.ts';
import { Export, ExportRunPage } from '../../pages/audit/export.tsx';
import { Exports } from '../../pages/audit/exports.tsx';
import { sendTrouble } from '../../troubles.ts';
import { visitOf } from '../../visitor.ts';
import { forCompliance } from '../for-roles.ts';
import { fieldsIn } from './asked.ts';
import { exportFile } from './export-file.ts';
import { exportForm } from './export-form.ts';
import { type ExportsOf, noSuchExport, type OneExport } from './one-export.ts';
import { isLive } from './verify.ts';

const LIST = '/console/audit/exports';
const EXPORT_ID = /^\d{4}-\d\d-\d\d\.[0-9a-f-]{36}$/;
const options = { schema: { hide: true }, onRequest: forCompliance };

/** `/console/audit/exports`: what was given away, and giving away. */
export function exportPages(server: FastifyInstance, deps: PageDeps): void {
  const { audit } = deps;
  const { exports } = audit;
  if (!exports) {
    noExports(server);
    return;
  }
  const runs = createExportRuns();
  listPage(server, deps, exports);
  exportForm(server, deps, exports);
  exportFile(server, deps, { exports, runs });

  server.get<OneExport>(`${LIST}/:exportId`, options, async (request, reply) => {
    const { exportId } = request.params;
    const recorded = EXPORT_ID.test(exportId) ? await exports.find(exportId) : null;
    if (!recorded) return noSuchExport(request, reply);
    const props = { visit: visitOf(request), recorded, run: runs.of(exportId) };
    // What is live is how far it is: nobody is shown, so nobody is put down.
    if (isLive(request)) return sendPage(reply, ExportRunPage(props));
    await recordLook(request, audit.access, exportsLookedAt([recorded]));
    return sendPage(reply, Export(props));
  });
}

type ListQuery = { Querystring: Readonly<Record<string, unknown>> };

function listPage(server: FastifyInstance, { audit }: PageDeps, exports: ExportsOf): void {
  server.get<ListQuery>(LIST, options, async (request, reply) => {
    const { until } = fieldsIn(request.query, ['until']);
    const found = await exports.recent(until ?? null);
    const visit = visitOf(request);
    const asked = until === undefined ? {} : { until };
    if (typeof found === 'string') {
      return sendPage(reply, Exports({ visit, asked, flaw: 'A day is written as 2026-03-02.', exports: [] }), 400);
    }
    await recordLook(request, audit.access, exportsLookedAt(found));
    return sendPage(reply, Exports({ visit, asked, flaw: null, exports: found }));
  });
}

/** Without checkpoints nothing could be proven to whoever is given it. */
function noExports(server: FastifyInstance): void {
  server.get<OneExport>(`${LIST}*`, options, (request, reply) =>
    sendTrouble(request, reply, 503, {
      title: 'No exports',
      words: 'No checkpoints are made here, so an export could prove nothing. The page of verification says why.',
      link: { href: '/console/audit/verify', words: 'Verify' },
    }),
  );
}
