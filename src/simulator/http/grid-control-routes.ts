import { publishEvent } from '../event-grid/publish.ts';
import { parseSubscription, viewOfSubscription } from '../event-grid/subscription.ts';
import { problem } from '../wire/problem.ts';
import type { Reply } from '../wire/reply.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import type { World } from '../world/world.ts';
import type { ControlRequest, ControlRoute } from './route.ts';

/** Routes of the control API that are about Event Grid. */
export const EVENT_GRID_ROUTES: readonly ControlRoute[] = [
  {
    methods: ['GET'],
    pattern: /^\/event-grid\/subscriptions$/,
    help: 'GET /_simulator/event-grid/subscriptions: with state and counts',
    handle: (world) => ok({ subscriptions: world.eventGrid.all().map(viewOfSubscription) }),
  },
  {
    methods: ['PUT'],
    pattern: /^\/event-grid\/subscriptions\/([^/]+)$/,
    help: 'PUT /_simulator/event-grid/subscriptions/{name}: {endpoint, topic?, schema?, headers?, eventTypes?, maxAttempts?, ttlMinutes?, maxEvents?, auth?}; answers when the endpoint has been validated',
    handle: subscribe,
  },
  {
    methods: ['DELETE'],
    pattern: /^\/event-grid\/subscriptions\/([^/]+)$/,
    help: 'DELETE /_simulator/event-grid/subscriptions/{name}: the endpoint is told',
    handle: (world, _, { parameter }) =>
      world.eventGrid.unsubscribe(parameter) ? { status: 204 } : problem(404, 'UNKNOWN_SUBSCRIPTION'),
  },
  {
    methods: ['POST'],
    pattern: /^\/event-grid\/events$/,
    help: "POST /_simulator/event-grid/events: publish {type, subject?, data?, topic?, id?, time?, dataVersion?}; default topic: the ACS resource's own",
    handle(world, _, { body }) {
      const published = publishEvent(world.eventGrid, body);
      return published.ok ? ok({ id: published.id }) : problem(422, published.code, published.detail);
    },
  },
  {
    methods: ['GET'],
    pattern: /^\/event-grid\/topics\/([^/]+)\/events$/,
    help: 'GET /_simulator/event-grid/topics/{name}/events: what was published to a topic, oldest first',
    handle: (world, _, { parameter }) => ok({ events: world.eventGrid.inbox.events(parameter) }),
  },
  {
    methods: ['GET'],
    pattern: /^\/event-grid\/dead-letters$/,
    help: 'GET /_simulator/event-grid/dead-letters: events that were given up, oldest first',
    handle: (world) => ok({ deadLetters: world.eventGrid.office.deadLetters.all() }),
  },
];

async function subscribe(world: World, _: TokenIssuer, { parameter, body }: ControlRequest): Promise<Reply> {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const parsed = parseSubscription(isObject ? { ...body, name: parameter } : body);
  if (!parsed.ok) return problem(422, parsed.code, parsed.detail);
  const subscription = await world.eventGrid.subscribe(parsed.settings);
  if (subscription.state !== 'failed') return ok(viewOfSubscription(subscription));
  return problem(422, 'ENDPOINT_NOT_VALIDATED', subscription.problem);
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
