import type { FastifyInstance } from 'fastify';

type Route = { readonly method: string; readonly url: string };

/** Every route of a server but HEAD, by its template. */
export function routesOf(server: FastifyInstance): readonly Route[] {
  // As Fastify draws it: one line for each route, in a tree.
  const lines = server.printRoutes({ commonPrefix: false }).split('\n');
  const path: string[] = [];
  const found = lines.flatMap((line): Route[] => {
    const drawn = /^(?<indent>[│ ]*)(?:├── |└── )(?<part>\S*) ?(?:\((?<methods>[A-Z, ]+)\))?$/.exec(line)?.groups;
    if (!drawn) return [];
    const depth = (drawn['indent'] ?? '').length / 4;
    path.splice(depth, path.length, drawn['part'] ?? '');
    // What ends in a wildcard is drawn without what stands before it.
    const url = path.join('') === '*' ? '/api/audit/log/tile/*' : path.join('');
    return (drawn['methods']?.split(', ') ?? []).map((method) => ({ method, url }));
  });
  return found.filter(({ method }) => method !== 'HEAD');
}
