import { ROLES, type Role } from '../../identity/staff.ts';
import { moveNamed } from './components.ts';
import { ANSWER_HEADERS, answerHeaders, REQUEST_HEADERS, type RequestHeader } from './headers.ts';
import { JSON_TYPE, type Operation, type Schema } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { codesOf, PROBLEM_SCHEMAS, problemResponses, responsesOf } from './problems.ts';

type Parameter = { name: string; in: string; example?: unknown; schema?: Schema; description?: string };
type Reference = { $ref: string };
type Media = { schema: Schema; example?: unknown };
type Response = { description: string; headers?: object; content?: Record<string, Media> };

/** An operation as it is collected from a route, and is made whole. */
export type OperationObject = {
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Response | object>;
  'x-roles'?: readonly Role[];
};

export type PathsObject = Record<string, Record<string, OperationObject>>;

/** Where its address ends with whatever there is, which OpenAPI has no words for. */
const REST = '{tile}';

/** The row of the table that an operation has; null when it has none. */
export function rowOf(method: string, path: string): Operation | null {
  const address = path.replace(REST, '*').replaceAll(/\{(\w+)\}/g, ':$1');
  return OPERATIONS[`${method.toUpperCase()} ${address}`] ?? null;
}

/**
 * Makes operations that were collected from routes whole by their rows: what they are called, who may use them, every error,
 * headers, examples. Each schema with a title becomes a component; so does the body and the answer of an operation, by its name.
 */
export function completeDocument(collected: PathsObject): { readonly paths: PathsObject; readonly components: object } {
  const named = new Map<string, Schema>();
  const paths: PathsObject = {};
  for (const [path, operations] of Object.entries(collected)) {
    const whole = Object.entries(operations).map(([method, operation]) => {
      const row = rowOf(method, path);
      return [method, row ? complete({ method, path, operation, row }) : operation] as const;
    });
    paths[path] = moveNamed(Object.fromEntries(whole), named);
  }
  const parameters = moveNamed(REQUEST_HEADERS, named);
  const sorted = [...named].sort(([one], [other]) => (one < other ? -1 : 1));
  const schemas = { ...Object.fromEntries(sorted), ...PROBLEM_SCHEMAS };
  const responses = responsesOf(referencesIn(paths));
  return { paths, components: { schemas, responses, parameters, headers: ANSWER_HEADERS } };
}

/** To responses. */
function referencesIn(paths: PathsObject): readonly string[] {
  const operations = Object.values(paths).flatMap((each) => Object.values(each));
  const responses = operations.flatMap((each) => Object.values(each.responses));
  return [...new Set(responses.flatMap((each) => ('$ref' in each ? `${each.$ref}` : [])))];
}

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
  readonly row: Operation;
};

function complete({ method, path, operation, row }: Asked): OperationObject {
  const roles = operation['x-roles'];
  const route = { method, path, isStaffs: roles !== undefined };
  const body = bodyOf(operation, row);
  const description = [operation.description, roles && `For ${inWords(roles)}.`].filter(Boolean).join(' ');
  return {
    operationId: row.id,
    ...operation,
    ...(description !== '' && { description }),
    parameters: parametersOf(operation, row, route.isStaffs),
    ...(body && { requestBody: body }),
    responses: { ...answers(operation, row), ...problemResponses(codesOf(route, row.errors)) },
  };
}

function inWords(roles: readonly Role[]): string {
  return ROLES.filter((role) => roles.includes(role)).join(' or ');
}

function parametersOf(
  { parameters = [] }: OperationObject,
  row: Operation,
  isStaffs: boolean,
): (Parameter | Reference)[] {
  const own = parameters.map((parameter) => {
    const example = 'name' in parameter ? row.parameters?.[parameter.name] : undefined;
    return example === undefined ? parameter : { ...parameter, example };
  });
  const staffs: readonly RequestHeader[] = isStaffs
    ? ['PurposeOfUse', row.needsReason === true ? 'NeededReason' : 'Reason']
    : [];
  const shared = ['RequestId' as const, ...staffs, ...(row.headers ?? [])];
  return [
    ...own,
    ...plain('query', row.query ?? {}),
    ...plain('header', row.requestHeaders ?? {}),
    ...shared.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
}

function plain(where: string, schemas: Readonly<Record<string, Schema>>): Parameter[] {
  return Object.entries(schemas).map(([name, { description, ...schema }]) => ({
    name,
    in: where,
    ...(typeof description === 'string' && { description }),
    schema,
  }));
}

/** A body in which nothing must stand may be left out. */
function bodyOf({ requestBody }: OperationObject, { id, body }: Operation): OperationObject['requestBody'] {
  const collected = requestBody?.content ?? {};
  const schema = body?.schema ?? collected[JSON_TYPE]?.schema;
  if (!schema) return undefined;
  const example = body?.example === undefined ? {} : { example: body.example };
  const media = { schema: named(schema, `${nameOf(id)}Request`), ...example };
  const isOptional = schema['type'] === 'object' && !Array.isArray(schema['required']);
  return { required: !isOptional, content: Object.fromEntries(Object.keys(collected).map((type) => [type, media])) };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = { 200: 'Done', 201: 'Recorded', 202: 'Accepted' };

function answers({ responses }: OperationObject, { id, answer = {} }: Operation): Record<string, Response> {
  const { example, media = {}, headers = [] } = answer;
  const title = `${nameOf(id)}Response`;
  const own = Object.entries(media).map(([type, schema]) => [type, { schema: named(schema, title) }] as const);
  const whole = Object.entries(responses as Record<string, Response>).map(([status, { content }]) => {
    const json = content?.[JSON_TYPE];
    const shown = json && { schema: named(json.schema, title), ...(example !== undefined && { example }) };
    const all = { ...(shown && { [JSON_TYPE]: shown }), ...Object.fromEntries(own) };
    const response = {
      description: DESCRIPTIONS[status] ?? 'Done',
      headers: answerHeaders(['RequestId', ...headers]),
      ...(Object.keys(all).length > 0 && { content: all }),
    };
    return [status, response] as const;
  });
  return Object.fromEntries(whole);
}

/** Under a title of its own or this one; text and bytes need none. */
function named(schema: Schema, title: string): Schema {
  return schema['type'] === 'object' && schema['title'] === undefined ? { title, ...schema } : schema;
}

function nameOf(operationId: string): string {
  return `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}`;
}
