/** Plain values only: what a span says must be seen at a glance, and no phone number, name, answer or prompt text is in it. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Something that happened at a moment. */
export type SpanMark = { readonly name: string; readonly at: string; readonly attributes: Attributes };

/** A span of a call's trace. Times are ISO 8601 UTC. */
export type CallSpan = {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Null for the root. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly startAt: string;
  readonly endAt: string;
  /** What went wrong, in one word; null when nothing did. */
  readonly error: string | null;
  readonly attributes: Attributes;
  readonly marks: readonly SpanMark[];
};
