import type { FastifyInstance } from 'fastify';

export type Media = { schema: object; example?: unknown; examples?: Record<string, { value: unknown }> };
export type Response = { description: string; headers?: Record<string, object>; content?: Record<string, Media> };
export type Parameter = { name: string; in: string; required?: boolean; schema: object; example?: unknown };
export type Operation = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required: boolean; content: Record<string, Media> };
  responses: Record<string, Response | { $ref: string }>;
  'x-roles'?: string[];
};
export type Document = {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Record<string, unknown>>;
    responses: Record<string, Response>;
    parameters: Record<string, Parameter>;
    securitySchemes: Record<string, object>;
  };
};

/** What `/docs/json` tells. */
export type Description = {
  readonly document: Document;
  /** By `METHOD path`, as the document names it. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** The path in the document of an address as it is registered. */
  readonly pathOf: (url: string) => string;
};

export function descriptionOf(server: FastifyInstance): Description {
  const document: Document = JSON.parse(JSON.stringify(server.swagger()));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  const pathOf = (url: string) => url.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{tile}');
  return { document, operations: new Map(operations), pathOf };
}
