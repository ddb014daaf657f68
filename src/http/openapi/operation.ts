import type { ProblemCode } from '../problem.ts';
import type { AnswerHeader, RequestHeader } from './headers.ts';

export const JSON_TYPE = 'application/json';

/** A JSON schema, plain. One with a `title` becomes a component of that name. */
export type Schema = Readonly<Record<string, unknown>>;

/** What the description says of a route beside its schema and its roles. */
export type Operation = {
  /** What generated clients call it, a verb first. Never renamed. */
  readonly id: string;
  /** What this route answers beside that which comes with its kind (`problems.ts`). */
  readonly errors?: readonly ProblemCode[];
  /** Examples of what must be in the address, as `npm run dev` knows it. The page of the description sends every example. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Parameters of a route that has no schema of them, by name. */
  readonly query?: Readonly<Record<string, Schema>>;
  readonly headers?: readonly RequestHeader[];
  /** Headers of a single route, by name. */
  readonly requestHeaders?: Readonly<Record<string, Schema>>;
  /** Whether x-reason must be there. */
  readonly needsReason?: boolean;
  /** `schema` where the route takes a body as it is; its content types are those that the route `consumes`. */
  readonly body?: { readonly example?: unknown; readonly schema?: Schema };
  readonly answer?: {
    readonly example?: unknown;
    /** Content types beside that of the route's schema. */
    readonly media?: Readonly<Record<string, Schema>>;
    readonly headers?: readonly AnswerHeader[];
  };
};
