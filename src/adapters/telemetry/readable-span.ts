import { type HrTime, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { CallSpan } from './call-span.ts';

/** Who writes the spans, in OpenTelemetry's sense of an instrumentation scope. */
export const SCOPE = { name: 'callistra' };

const KIND = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/**
 * The span as exporters take it. It is not made by a tracer: a tracer invents the ids and can only tell of what is
 * happening in this process, while these spans are read from the log.
 */
export function readableSpan(span: CallSpan, resource: Resource): ReadableSpan {
  const { traceId, spanId, parentSpanId, startAt, endAt, error } = span;
  const context: SpanContext = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  const durationMs = Math.max(Date.parse(endAt) - Date.parse(startAt), 0);
  return {
    name: span.name,
    kind: KIND[span.kind],
    spanContext: () => context,
    ...(parentSpanId !== null && { parentSpanContext: { ...context, spanId: parentSpanId } }),
    startTime: hrTime(Date.parse(startAt)),
    endTime: hrTime(Date.parse(startAt) + durationMs),
    duration: hrTime(durationMs),
    status: error === null ? { code: SpanStatusCode.OK } : { code: SpanStatusCode.ERROR, message: error },
    attributes: { ...span.attributes },
    links: [],
    events: span.marks.map(({ name, at, attributes }) => ({
      name,
      time: hrTime(Date.parse(at)),
      attributes: { ...attributes },
    })),
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000_000)];
}
