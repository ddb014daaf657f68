import { type Finding, ok, warning } from './check.ts';
import type { CheckpointParts } from './openers.ts';

/** That checkpoints can be made, and out of whose reach they will lie. What is kept for ever is not tried out. */
export async function checkCheckpoints(parts: CheckpointParts): Promise<Finding> {
  const { missing, place, signsAs } = parts;
  if (missing !== null) return warning(missing);
  await parts.probe();
  const as = signsAs === null ? 'a key is made at the first start' : `signed as ${signsAs}`;
  if (parts.sharesDisk)
    return warning(`${place} lies on the disk of the log: who can write that disk can write both; ${as}`);
  if (!parts.isLocked) return ok(`${place}; ${as}`);
  const isLocked = await parts.isLocked();
  if (isLocked === null) return ok(`${place}; its signature does not show whether it is locked; ${as}`);
  if (isLocked) return ok(`${place} has a policy that keeps what lies there; ${as}`);
  return warning(`${place} has no immutability policy: its owner can remove checkpoints; ${as}`);
}
