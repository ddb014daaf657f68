import type { Static } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { EVENT_SCHEMAS } from './grid-event.ts';

/** The topic of the simulated ACS resource's own events. */
export const SYSTEM_TOPIC = 'acs';

const NAME = '^[A-Za-z0-9-]{3,64}$';
/** Headers that the delivery sets itself, and those that a connection needs. */
const RESERVED_HEADER = /^(aeg-|webhook-|content-|host$|connection$|transfer-encoding$)/i;

const SubscriptionSchema = Type.Object(
  {
    name: Type.String({ pattern: NAME }),
    topic: Type.Optional(Type.String({ pattern: NAME })),
    endpoint: Type.String({ maxLength: 2_048 }),
    schema: Type.Optional(Type.Enum(EVENT_SCHEMAS)),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$" }),
        Type.String({ pattern: '^[\\t\\x20-\\x7e]{0,4096}$' }),
        { maxProperties: 10 },
      ),
    ),
    eventTypes: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 })),
    maxAttempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 })),
    ttlMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_440 })),
    maxEvents: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000 })),
    auth: Type.Optional(
      Type.Object(
        {
          audience: Type.String({ minLength: 1, maxLength: 500 }),
          issuer: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
          tenantId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/**
 * A wish for events. `topic`: default {@link SYSTEM_TOPIC}. `schema`: default EventGridSchema. `headers`: sent with every
 * delivery, at most 10. `eventTypes`: empty means all. `maxAttempts`: default 30. `ttlMinutes` of call time: default 1440.
 * `maxEvents` above 1 switches batches on. `auth`: deliveries carry a token as Entra ID would sign it for Event Grid;
 * its issuer is the simulator's own unless named.
 */
export type SubscriptionInput = Static<typeof SubscriptionSchema>;

/** A wish with everything said. */
export type SubscriptionSettings = Required<Omit<SubscriptionInput, 'auth'>> & Pick<SubscriptionInput, 'auth'>;

/** Nothing is delivered before it is `active`. */
type SubscriptionState = 'validating' | 'awaiting-manual-validation' | 'active' | 'failed' | 'deleted';

/** A subscription, owned and changed by the simulator alone. */
export type Subscription = {
  readonly settings: SubscriptionSettings;
  /** Proves that the endpoint was asked. */
  readonly validationCode: string;
  /** Survives a reset. */
  readonly isFromStart: boolean;
  state: SubscriptionState;
  /** Why the endpoint was not taken, so far. */
  problem: string | undefined;
  readonly counts: SubscriptionCounts;
};

/** Events since the subscription was made; `attempts` counts posts that were answered or not in time. */
type SubscriptionCounts = {
  attempts: number;
  delivered: number;
  duplicated: number;
  deadLettered: number;
  pending: number;
};

/** A subscription as people and tests look at it. Values of headers are not told: they may be secrets. */
export type SubscriptionView = Omit<SubscriptionSettings, 'headers'> &
  Readonly<SubscriptionCounts> & {
    readonly headers: readonly string[];
    readonly state: SubscriptionState;
    readonly problem?: string;
  };

const validator = Compile(SubscriptionSchema);

/** What became of a wish. */
type SubscriptionParse =
  | { readonly ok: true; readonly settings: SubscriptionSettings }
  | { readonly ok: false; readonly code: 'INVALID_SUBSCRIPTION'; readonly detail: string };

/** @param input any parsed JSON */
export function parseSubscription(input: unknown): SubscriptionParse {
  if (!validator.Check(input)) {
    const [first] = validator.Errors(input);
    return invalid(`${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim());
  }
  const { protocol } = URL.canParse(input.endpoint) ? new URL(input.endpoint) : { protocol: '' };
  if (protocol !== 'http:' && protocol !== 'https:') return invalid('/endpoint must be an absolute http or https URL');
  const reserved = Object.keys(input.headers ?? {}).find((name) => RESERVED_HEADER.test(name));
  if (reserved !== undefined) return invalid(`/headers must not have ${reserved}`);
  const defaults = { topic: SYSTEM_TOPIC, schema: 'EventGridSchema', headers: {}, eventTypes: [] } as const;
  const limits = { maxAttempts: 30, ttlMinutes: 1_440, maxEvents: 1 };
  return { ok: true, settings: { ...defaults, eventTypes: [...defaults.eventTypes], ...limits, ...input } };
}

/** A snapshot that does not change with the subscription. */
export function viewOfSubscription({ settings, state, problem, counts }: Subscription): SubscriptionView {
  const headers = Object.keys(settings.headers);
  return { ...settings, headers, state, ...(problem !== undefined && { problem }), ...counts };
}

function invalid(detail: string): SubscriptionParse {
  return { ok: false, code: 'INVALID_SUBSCRIPTION', detail };
}
