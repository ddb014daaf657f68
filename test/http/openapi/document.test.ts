import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PURPOSES } from '../../../src/audit/access/look.ts';
import { DISPOSITIONS } from '../../../src/domain/call/disposition.ts';
import { moveNamed } from '../../../src/http/openapi/components.ts';
import { OPERATIONS } from '../../../src/http/openapi/operations.ts';
import { OF_NO_OPERATION } from '../../../src/http/openapi/problems.ts';
import { PROBLEM_CODES, problemStatus } from '../../../src/http/problem.ts';
import { ROLES } from '../../../src/identity/staff.ts';
import { type Rig, startRig } from '../rig.ts';
import { type Description, descriptionOf, type Media, type Response } from './description.ts';

const TABLE = 'src/http/openapi/operations.ts';
const PROBLEM = 'application/problem+json';

type Context = { rig: Rig; description: Description };

const test = suite<Context>('the document of the API');
test.before(async (context) => {
  context.rig = await startRig();
  context.description = descriptionOf(context.rig.server);
});
test.after(({ rig }) => rig.close());

/** What is missing of each operation, in sentences. */
function lacking(description: Description, lack: (operation: Operation, name: string) => string | false): string[] {
  return [...description.operations].flatMap(([name, operation]) => {
    const said = lack(operation, name);
    return said === false ? [] : [`${name} ${said}`];
  });
}
type Operation = Description['operations'] extends ReadonlyMap<string, infer Each> ? Each : never;

const isProblem = (response: Response | { $ref: string }): boolean =>
  '$ref' in response || response.content?.[PROBLEM] !== undefined;

test('every route has a row, and every row a route', ({ description }) => {
  const flaws = lacking(
    description,
    ({ operationId }) => operationId === undefined && `has no operationId: give it a row in ${TABLE}`,
  );
  assert.equal(flaws, []);
  const described = new Set(description.operations.keys());
  const rows = Object.keys(OPERATIONS).map((row) => description.pathOf(row));
  assert.equal(
    rows.filter((row) => !described.has(row)),
    [],
  );
});

test('each operation has a name of its own, a summary, a tag and roles', ({ description }) => {
  const ids = [...description.operations.values()].map(({ operationId = '' }) => operationId);
  assert.is(new Set(ids).size, ids.length, 'two rows have the same id');
  assert.equal(
    ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)*$/.test(id)),
    [],
  );
  const flaws = lacking(description, (operation, name) => {
    if (!operation.summary || operation.tags?.length !== 1) return 'has no summary or no tag: say them in its schema';
    if (!/ \/(api(?!\/calls\/events)|metrics)/.test(name)) return operation['x-roles'] !== undefined && 'has roles';
    const roles = operation['x-roles'] ?? [];
    const isSaid = roles.length > 0 && roles.every((role) => operation.description?.includes(role));
    return !isSaid && 'does not say for whom it is: guard it with requireStaff';
  });
  assert.equal(flaws, []);
});

test('each operation says what it answers with, good and bad', ({ description }) => {
  const flaws = lacking(description, ({ responses }) => {
    const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    const isEmpty = good.every(([, response]) => '$ref' in response || (!response.content && !response.headers));
    if (good.length === 0 || isEmpty)
      return 'says nothing of its answer: give its schema a response, or its row an answer';
    const bad = Object.entries(responses).filter(([status]) => !status.startsWith('2'));
    return !bad.every(([, response]) => isProblem(response)) && 'has an error that is no problem';
  });
  assert.equal(flaws, []);
  const silent = lacking(description, ({ operationId, responses }) => {
    const good = Object.values(responses).find((response) => !isProblem(response)) as Response;
    return operationId !== 'shakeHandsWithEventGrid' && !good.content && 'does not say of what kind its answer is';
  });
  assert.equal(silent, []);
});

test('every code of a problem is declared, under its status', ({ description: { document, operations } }) => {
  const responses = [...operations.values()].flatMap((operation) => Object.entries(operation.responses));
  const declared = new Set<string>();
  for (const [status, response] of responses) {
    const whole = '$ref' in response ? document.components.responses[response.$ref.split('/').at(-1)!]! : response;
    for (const code of Object.keys(whole.content?.[PROBLEM]?.examples ?? {})) {
      assert.is(`${problemStatus(code as (typeof PROBLEM_CODES)[number])}`, status, code);
      declared.add(code);
    }
  }
  const undeclared = PROBLEM_CODES.filter((code) => !declared.has(code) && !OF_NO_OPERATION.includes(code));
  assert.equal(undeclared, [], `no operation answers with these: add them to the errors of its row in ${TABLE}`);
  assert.equal(document.components.schemas['ProblemCode']!['enum'], PROBLEM_CODES);
});

test('every example is as its schema says, and every body has one', ({ description: { document, operations } }) => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'doc', ...document });
  const flaws: string[] = [];
  const check = (where: string, { schema, example, examples = {} }: Media): void => {
    const all = [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"doc#/')));
    for (const each of all) if (!validate(each)) flaws.push(`${where}: ${ajv.errorsText(validate.errors)}`);
  };
  for (const [name, { parameters = [], requestBody, responses, tags }] of operations) {
    for (const parameter of parameters) {
      if ('$ref' in parameter) continue;
      check(`${name} ${parameter.name}`, parameter);
      const isNeeded = parameter.required === true && parameter.example === undefined;
      if (isNeeded)
        flaws.push(`${name}: ${parameter.name} must be there and has no example; add it to its row in ${TABLE}`);
    }
    for (const media of Object.values(requestBody?.content ?? {})) {
      check(`${name} body`, media);
      const isNeeded = media.example === undefined && !tags?.includes('callbacks');
      if (isNeeded) flaws.push(`${name}: its body has no example; add it to its row in ${TABLE}`);
    }
    for (const response of Object.values(responses)) {
      if (!('$ref' in response))
        for (const media of Object.values(response.content ?? {})) check(`${name} answer`, media);
    }
  }
  for (const response of Object.values(document.components.responses)) {
    for (const media of Object.values(response.content ?? {})) check('a shared answer', media);
  }
  assert.equal(flaws, []);
});

test('a body in which nothing must stand may be left out, any other not', ({ description: { operations } }) => {
  const bodies = [...operations.values()].flatMap(({ operationId = '', requestBody }) =>
    requestBody ? [[operationId, requestBody.required] as const] : [],
  );
  const optional = bodies.filter(([, required]) => !required).map(([id]) => id);
  assert.equal(optional.sort(), ['cancelCall', 'initiateCall']);
  assert.ok(bodies.length > 8);
});

test('unions are components made of the one list, and bodies refer to components', ({ description }) => {
  const { schemas } = description.document.components;
  assert.equal(schemas['Disposition']!['enum'], DISPOSITIONS);
  assert.equal(schemas['PurposeOfUse']!['enum'], PURPOSES);
  const flaws = lacking(description, ({ requestBody, responses }) => {
    const media = [requestBody, ...Object.values(responses)].flatMap((each) =>
      each && 'content' in each ? Object.entries(each.content ?? {}) : [],
    );
    const inlined = media.filter(([type, { schema }]) => type !== PROBLEM && 'properties' in schema);
    return inlined.length > 0 && 'has a body without a name';
  });
  assert.equal(flaws, []);
});

test('times have their format, and what one may be told is told', ({ description: { document } }) => {
  const text = JSON.stringify(document);
  assert.not.match(text, 'x-format');
  assert.not.match(text, '~kind');
  const call = document.components.schemas['GetCallStatusResponse'];
  const { createdAt } = call!['properties'] as Record<string, object>;
  assert.equal(createdAt, { type: 'string', format: 'date-time' });
});

test('headers are declared where they are read and where they are sent', ({
  description: { document, operations },
}) => {
  const initiate = operations.get('POST /api/calls/initiate/{memberId}')!;
  const named = (initiate.parameters ?? []).map((each) => ('$ref' in each ? each.$ref.split('/').at(-1)! : each.name));
  assert.equal(named, ['memberId', 'RequestId', 'PurposeOfUse', 'Reason', 'IdempotencyKey']);
  const { responses } = initiate;
  const headersOf = (status: number) => Object.keys((responses[status] as Response).headers ?? {});
  assert.equal(headersOf(202), ['x-request-id', 'Location', 'Idempotency-Replayed']);
  assert.equal(headersOf(503), ['x-request-id', 'Retry-After']);
  const reason = operations.get('GET /api/members/{memberId}/number')!.parameters?.at(-1);
  assert.equal(reason, { $ref: '#/components/parameters/NeededReason' });
  assert.is(document.components.parameters['NeededReason']!.required, true);
});

test('who is who is declared as it is: nothing is needed on loopback, and something where keys are', async ({
  description,
}) => {
  const open = description.operations.get('GET /api/calls')!;
  assert.equal(open.security, [{}, { staffToken: [] }, { staffKey: [] }]);
  assert.equal(description.operations.get('GET /health/live')!.security, []);
  const keys = [{ name: 'ann', sha256: 'a'.repeat(64), roles: ROLES }];
  const guarded = await startRig({ staff: { mode: 'api-keys', keys } });
  const { operations } = descriptionOf(guarded.server);
  assert.equal(operations.get('GET /api/calls')!.security, [{ staffToken: [] }, { staffKey: [] }]);
  await guarded.close();
});

test('what is no JSON is declared', ({ description: { operations } }) => {
  const typesOf = (name: string) =>
    Object.values(operations.get(name)!.responses).flatMap((response) =>
      isProblem(response) || '$ref' in response ? [] : Object.keys(response.content ?? {}),
    );
  assert.equal(typesOf('POST /api/audit/exports/{exportId}/parts'), ['application/x-ndjson']);
  assert.equal(typesOf('GET /api/audit/log/tile/{tile}'), ['application/octet-stream']);
  assert.equal(typesOf('GET /api/audit/log/checkpoint'), ['text/plain']);
  assert.equal(typesOf('GET /api/audit/fhir/audit-events'), ['application/fhir+json']);
  assert.equal(Object.keys(operations.get('POST /api/members/import')!.requestBody!.content)[0], 'text/csv');
});

test('the document bears the version of the release', ({ description: { document } }) => {
  assert.is(document.info.version, '1.2.3');
});

test('two different schemas cannot have one name', () => {
  const [one, other] = [
    { title: 'A', type: 'string' },
    { title: 'A', type: 'integer' },
  ];
  assert.throws(() => moveNamed({ one, other }, new Map()), 'two different schemas have the title A');
  const named = new Map();
  assert.equal(moveNamed({ one, same: { ...one } }, named), {
    one: { $ref: '#/components/schemas/A' },
    same: { $ref: '#/components/schemas/A' },
  });
  assert.equal([...named], [['A', { type: 'string' }]]);
});

test.run();
