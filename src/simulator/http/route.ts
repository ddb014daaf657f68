import type { Reply } from '../wire/reply.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import type { World } from '../world/world.ts';

/** A request to the control API, taken apart. */
export type ControlRequest = {
  /** The variable part of the path, decoded. */
  readonly parameter: string;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
};

/** A route of the control API; `help` documents it in `GET /_simulator`. */
export type ControlRoute = {
  readonly methods: readonly string[];
  /** Matches the path below `/_simulator`. */
  readonly pattern: RegExp;
  readonly help: string;
  readonly handle: (world: World, tokens: TokenIssuer, request: ControlRequest) => Reply | Promise<Reply>;
};
