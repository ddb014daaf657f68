import { read } from './files.ts';
import { argumentsOf, workedOut } from './run-time.ts';

/** A resource that a deployment would make, as Microsoft's compiler has worked it out; what only Azure knows is an expression in `[…]`. */
export type Resource = {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly identity?: Json;
  readonly sku?: Json;
  readonly properties: Json;
};

/** Whatever stands in a template. A test that asks for what is not there must fail by itself. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is Azure's, and another for each type
export type Json = any;

export type Snapshot = {
  readonly predictedResources: readonly Resource[];
  readonly diagnostics: readonly unknown[];
  readonly outputs: Readonly<Record<string, string>>;
};

/** Each with a file of parameters, and what that deploys beside it: `.ci/bicep --write` makes them. */
export const EXAMPLES = ['minimal', 'everything', 'teams'] as const;
export type Example = (typeof EXAMPLES)[number];

const SNAPSHOTS = Object.fromEntries(
  EXAMPLES.map((name) => [name, JSON.parse(read(`infra/bicep/${name}.snapshot.json`)) as Snapshot]),
) as Readonly<Record<Example, Snapshot>>;

export function snapshotOf(example: Example): Snapshot {
  return SNAPSHOTS[example];
}

export function resourcesOf(example: Example, type: string): readonly Resource[] {
  return SNAPSHOTS[example].predictedResources.filter((resource) => resource.type === type);
}

/** @param part of its name */
export function resourceOf(example: Example, type: string, part = ''): Resource {
  const found = resourcesOf(example, type).filter(({ name }) => name.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} with ${part} in their names`);
  return found[0]!;
}

export const SERVER = 'Microsoft.App/containerApps';
export const JOB = 'Microsoft.App/jobs';

/** The one container of the server or of a job. */
export function containerOf({ properties }: Resource): Json {
  if (properties.template.containers.length !== 1) throw new Error('more than one container');
  return properties.template.containers[0];
}

/** What a resource is attached to, such as a lock; what a role is given at. */
export function scopeOf({ id }: Resource): string {
  if (id.startsWith('[')) return workedOut(`[${argumentsOf(id)[0]}]`);
  return id.replace(/\/providers\/Microsoft\.(?:Authorization|Insights)\/[^/]+\/[^/]+$/, '');
}
