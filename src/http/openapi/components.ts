import type { Schema } from './operation.ts';

const REF = '#/components/schemas/';

/**
 * Moves every schema with a `title` to the components, under that name, and leaves a reference in its place. What may be null
 * stays where it is: beside a reference OpenAPI 3.0 reads nothing.
 * @param named receives the components
 * @throws Error when two different schemas bear one title
 */
export function moveNamed<T>(value: T, named: Map<string, Schema>): T {
  return walk(value, named, false) as T;
}

function walk(value: unknown, named: Map<string, Schema>, isNames: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => walk(each, named, false));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key === 'x-format' && !isNames) return ['format', inner] as const;
    const isExample = !isNames && (key === 'example' || key === 'examples');
    return [key, isExample ? inner : walk(inner, named, !isNames && key === 'properties')] as const;
  });
  const whole: Record<string, unknown> = Object.fromEntries(entries);
  const { title, ...schema } = whole;
  // Of a schema's properties one may be called so.
  if (isNames || typeof title !== 'string' || !isSchema(schema)) return whole;
  if (schema['nullable'] === true) return schema;
  return { $ref: `${REF}${keep(named, title, schema)}` };
}

const isSchema = (value: object): boolean => 'type' in value || 'anyOf' in value || 'allOf' in value;

function keep(named: Map<string, Schema>, title: string, schema: Schema): string {
  const known = named.get(title);
  if (known && JSON.stringify(known) !== JSON.stringify(schema))
    throw new Error(`two different schemas have the title ${title}: give one of them another`);
  named.set(title, schema);
  return title;
}
