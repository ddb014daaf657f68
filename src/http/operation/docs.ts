import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Role, StaffConfig } from '../../identity/staff.ts';
import { completeDocument, type PathsObject } from '../openapi/document.ts';
import { SECURITY_SCHEMES, staffSecurity } from '../openapi/security.ts';

type Described = {
  /** Of this release. */
  readonly version: string;
  readonly staff: Pick<StaffConfig, 'mode'>;
};

const TAGS = [
  { name: 'calls', description: 'Calling members: initiate, follow, cancel' },
  { name: 'members', description: 'Who may be called' },
  { name: 'audit', description: 'What happened, who looked, and the proof of both' },
  { name: 'operation', description: 'How the server is, and what waits for an operator' },
  { name: 'callbacks', description: 'What ACS and Event Grid tell' },
];

const DESCRIPTION =
  'Outbound calls to members of a health plan. Every error is an `application/problem+json` whose `code` stays; each ' +
  'operation names those it answers with. What no route takes is 404 `ROUTE_NOT_FOUND`, or 405 `METHOD_NOT_ALLOWED` with `Allow`. ' +
  'Whoever looks at data of members is recorded first; the headers `x-purpose-of-use` and `x-reason` say what for and why.';

/**
 * Collects the schemas of the routes that are registered after it into an OpenAPI document, which their rows in
 * `openapi/operations.ts` make whole. 3.0, which every generator of clients reads.
 */
export function describeRoutes(server: FastifyInstance, { version, staff }: Described): void {
  server.register(swagger, {
    convertConstToEnum: true,
    openapi: {
      openapi: '3.0.3',
      info: {
        title: 'Callistra',
        description: DESCRIPTION,
        version,
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
      // Wherever this is read from: pages of another origin are refused.
      servers: [{ url: '/' }],
      tags: TAGS,
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: ({ schema, url, route }) => {
      const roles = rolesOf(route);
      const security = schema?.security ?? (roles ? staffSecurity(staff) : []);
      // Of what kind a body is, where the route takes it as it is.
      const body = schema?.consumes && !schema.body ? { body: {} } : {};
      const described = { ...schema, ...body, security, ...(roles && { 'x-roles': roles }) };
      return url.endsWith('/*')
        ? { schema: { ...described, params: TILE }, url: url.replace('*', ':tile') }
        : { schema: described, url };
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      const { paths, components } = completeDocument(openapiObject.paths as PathsObject);
      const whole = { ...openapiObject, paths, components: { ...openapiObject.components, ...components } };
      return whole as typeof openapiObject;
    },
  });
}

const TILE = {
  type: 'object',
  required: ['tile'],
  properties: {
    tile: { type: 'string', description: '`<level>/<n>` or `entries/<n>`, with `.p/<width>` at the edge' },
  },
};

/** Whom its guard lets in; null where it is not for staff. */
function rolesOf({ onRequest }: RouteOptions): readonly Role[] | null {
  const [guard] = [onRequest].flat();
  return guard && 'roles' in guard ? (guard.roles as readonly Role[]) : null;
}

/** `/docs`, the description to read and try, and `/docs/json`. */
export async function docsRoutes(server: FastifyInstance): Promise<void> {
  // Helmet's default policy suits the page, which has no inline script, but for the upgrade to https: the page must
  // also work on plain http on loopback.
  await server.register(helmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
  await server.register(swaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null } });
}
