import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';

const CloudEvent = Type.Object({ id: Type.String(), type: Type.String(), data: Type.Object({}) });

const EventGridEvent = Type.Object({ id: Type.String(), eventType: Type.String(), data: Type.Object({}) });
const Handshake = Type.Object({ 'WebHook-Request-Origin': Type.String(), 'aeg-subscription-name': Type.String() });

/** Collects the schemas of the routes that are registered after it, into an OpenAPI 3.1 document. */
export function describeRoutes(server: FastifyInstance): void {
  server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Callistra',
        description:
          'Outbound calls to members of a health plan. Every error is an `application/problem+json`. Whoever looks at data of members is recorded first; the headers `x-purpose-of-use` and `x-reason` say what for and why.',
        version: '1',
      },
      components: {
        securitySchemes: {
          staffKey: { type: 'http', scheme: 'bearer', description: 'A staff API key; none is needed on loopback' },
          eventGridToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Issued by Entra ID for Event Grid, with the role AzureEventGridSecureWebhookSubscriber',
          },
          eventGridSecret: {
            type: 'apiKey',
            in: 'header',
            name: 'x-callistra-event-grid-secret',
            description: 'Agreed upon with the subscription; or as the parameter eventGridSecret',
          },
          acsToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Issued by ACS' },
        },
      },
      security: [{ staffKey: [] }],
    },
    // The route itself has no body schema: Fastify would validate by it, and may change what the log must keep.
    transform: ({ schema, url, route }) => {
      if (url !== '/api/calls/events') return { schema, url };
      if (route.method === 'OPTIONS') return { schema: { ...schema, headers: Handshake }, url };
      const query = { call: { type: 'string' }, secret: { type: 'string' } };
      const body = Type.Union([CloudEvent, Type.Array(CloudEvent), Type.Array(EventGridEvent)]);
      return { schema: { ...schema, body, querystring: { type: 'object', properties: query } }, url };
    },
  });
}

/** `/docs`, the description to read and try, and `/docs/json`. */
export async function docsRoutes(server: FastifyInstance): Promise<void> {
  // Helmet's default policy suits the page, which has no inline script, but for the upgrade to https: the page must
  // also work on plain http on loopback.
  await server.register(helmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
  await server.register(swaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null } });
}
