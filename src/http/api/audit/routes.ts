import type { FastifyInstance } from 'fastify';
import { typed } from '../typed-server.ts';
import { callCheckRoutes } from './call-check.ts';
import { checkpointRoute } from './checkpoint.ts';
import type { AuditDeps } from './deps.ts';
import { disclosureRoutes } from './disclosures.ts';
import { evidenceRoutes } from './evidence.ts';
import { exportRoutes } from './exports.ts';
import { exportsToldRoutes } from './exports-told.ts';
import { fhirRoute } from './fhir.ts';
import { historyRoute } from './history.ts';
import { replayRoute } from './replay.ts';
import { requestRoute } from './requests.ts';
import { searchRoute } from './search.ts';
import { verifyRoutes } from './verify.ts';

/** The routes of compliance staff; a call’s replay is for coordinators too. What shows a member's data records that before it answers. */
export function auditRoutes(server: FastifyInstance, deps: AuditDeps): void {
  const routes = typed(server);
  replayRoute(routes, deps);
  historyRoute(routes, deps);
  searchRoute(routes, deps);
  fhirRoute(routes, deps);
  requestRoute(routes, deps);
  disclosureRoutes(routes, deps);
  evidenceRoutes(routes, deps);
  verifyRoutes(routes, deps);
  callCheckRoutes(routes, deps);
  checkpointRoute(routes, deps);
  exportRoutes(routes, deps);
  exportsToldRoutes(routes, deps);
}
