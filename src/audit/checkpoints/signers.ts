import { renamed, type Signer, type Verifier } from '../../tlog/keys.ts';

/** The keys that a process has: the one in force is found among them. `next`: one that is to follow it; null: none is. */
export type Keys = { readonly signers: readonly Signer[]; readonly next: Signer | null };

/**
 * The signer that a verifier belongs to; null when this process has not got it. A tree that was reopened has an origin of its
 * own, and its keys bear that name: a secret serves under every name, so that reopening needs no new secret.
 */
export function signerFor(verifier: Verifier, { signers, next }: Keys): Signer | null {
  const all = [...signers, ...(next ? [next] : [])];
  return all.map((signer) => renamed(signer, verifier.name)).find(({ line }) => line === verifier.line) ?? null;
}

/** The key that is to follow the one in force, under the tree's name; null when none is, or it is in force already. */
export function successorOf(inForce: Verifier, { next }: Keys): Signer | null {
  const successor = next && renamed(next, inForce.name);
  return successor && successor.line !== inForce.line ? successor : null;
}
