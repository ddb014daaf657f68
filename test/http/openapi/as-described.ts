import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { type Look, TABLE } from '../declared.ts';
import { descriptionOf } from './description.ts';

/** Whether answers are as the description says, to the last field. */
export function asDescribed(server: FastifyInstance): Look {
  let check: Look | undefined;
  return (request, answer) => {
    check ??= checkOf(server);
    return check(request, answer);
  };
}

function checkOf(server: FastifyInstance): Look {
  const { document, pathOf } = descriptionOf(server);
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'doc', ...closed(document) });
  return ({ method, routeOptions }, { status, type, body }) => {
    const path = pathOf(routeOptions.url ?? '');
    const at = ['paths', path, method.toLowerCase(), 'responses', `${status}`, 'content', type, 'schema'];
    const response = document.paths[path]?.[method.toLowerCase()]?.responses[status];
    if (!response) return `answered ${status}: declare it in the response of its schema`;
    if ('$ref' in response || type === '' || type === 'application/problem+json') return null;
    if (!response.content?.[type]) return `answered with ${type}: add it to answer.media of the row in ${TABLE}`;
    if (!/^application\/(fhir\+)?json$/.test(type)) return null;
    const validate = ajv.getSchema(
      `doc#/${at.map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/')}`,
    );
    if (validate?.(JSON.parse(body ?? ''))) return null;
    const [error] = validate?.errors ?? [];
    return `${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}: mend its schema`;
  };
}

/** The same where an object with named properties has no others, but for what is one of several. */
function closed(value: unknown): object {
  return JSON.parse(JSON.stringify(value), (_key, inner) =>
    inner?.type === 'object' && inner.properties ? { additionalProperties: false, ...inner } : inner,
  );
}
