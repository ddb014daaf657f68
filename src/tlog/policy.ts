import { readVerifier, type Verifier } from './keys.ts';

/** What a verifier trusts (C2SP tlog-policy): keys of logs, witnesses, and how many of these must have signed. */
export type Policy = {
  readonly logs: readonly Verifier[];
  readonly witnesses: readonly Verifier[];
  /** So many of the witnesses must have signed; 0: none need. */
  readonly quorum: number;
};

/**
 * Reads a policy. Of groups, one is understood: the one that the quorum names, made of witnesses alone.
 * @throws TypeError that names the line
 */
export function readPolicy(text: string): Policy {
  const logs: Verifier[] = [];
  const witnesses = new Map<string, Verifier>();
  const groups = new Map<string, { readonly members: readonly string[]; readonly atLeast: number }>();
  let quorum: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const [word, ...rest] = line.replace(/#.*/, '').trim().split(/\s+/);
    const fail = (what: string): never => {
      throw new TypeError(`line ${index + 1} of the policy: ${what}`);
    };
    const key = (verifier: string | undefined): Verifier => readVerifier(verifier ?? '') ?? fail('no verifier key');
    switch (word) {
      case '':
      case undefined:
        break;
      case 'log':
        logs.push(key(rest[0]));
        break;
      case 'witness':
        witnesses.set(rest[0] ?? fail('no name'), key(rest[1]));
        break;
      case 'group': {
        const [name = '', count = '', ...members] = rest;
        if (members.some((member) => !witnesses.has(member))) fail('a group is made of witnesses that stand above it');
        groups.set(name, { members, atLeast: count === 'all' ? members.length : count === 'any' ? 1 : Number(count) });
        break;
      }
      case 'quorum':
        quorum = rest[0] ?? fail('no name');
        break;
      default:
        fail(`"${word}" is unknown`);
    }
  }
  return { logs, ...demanded(quorum, witnesses, groups) };
}

function demanded(
  quorum: string | null,
  witnesses: ReadonlyMap<string, Verifier>,
  groups: ReadonlyMap<string, { readonly members: readonly string[]; readonly atLeast: number }>,
): Pick<Policy, 'witnesses' | 'quorum'> {
  if (quorum === null || quorum === 'none') return { witnesses: [...witnesses.values()], quorum: 0 };
  const group = groups.get(quorum) ?? (witnesses.has(quorum) ? { members: [quorum], atLeast: 1 } : null);
  if (!group || !(group.atLeast >= 1 && group.atLeast <= group.members.length)) {
    throw new TypeError(`the quorum "${quorum}" of the policy names no group that could reach it`);
  }
  return { witnesses: group.members.map((name) => witnesses.get(name)!), quorum: group.atLeast };
}
