import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import { inTime } from '../../base/time-limit.ts';
import type { Provider } from '../../domain/call/provider.ts';
import { rehearse } from '../../domain/call/rehearsal.ts';
import type { PublishedScript, PublishedScripts } from '../../domain/questionnaire/published.ts';
import type { PublishedQuestionnaire, Questionnaire } from '../../domain/questionnaire/questionnaire.ts';
import { questionnaireHashOf, questionnaireStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { CallApp } from '../api.ts';

type ScriptsDeps = {
  readonly log: Pick<CallEventLog, 'read' | 'registered'>;
  readonly clock: Clock;
  readonly providers: readonly Provider[];
  /** The script of new calls. */
  readonly questionnaire: PublishedQuestionnaire;
};

/** A plan has a handful. */
const KEPT_MAX = 1_000;
/** Other instances may publish one; what they begin is in the register of these hours. */
const LOOK_EVERY_MS = 60_000;
const LOOK_BACK_MS = 2 * 3_600_000;
/** Whoever asks is told what is known by then: the first walk through a large register takes seconds. */
const WAIT_MS = 300;

/**
 * The scripts that the log holds. They are found in the register, which is walked once by each process, when somebody asks first,
 * and after that from its newest hours on.
 */
export function createScripts(deps: ScriptsDeps): Pick<CallApp, 'scripts' | 'script' | 'rehearse'> {
  const { log, clock, questionnaire, providers } = deps;
  const published = createBoundedMap<Published>(KEPT_MAX);
  const found = new Set([questionnaire.hash]);
  let since: Date | undefined;
  let looked: { readonly atMs: number; readonly walk: Promise<void> } | null = null;

  const find = async (hash: string): Promise<PublishedScript | null> => {
    const known = published.get(hash) ?? (await readScript(log, hash));
    if (!known) return null;
    published.set(hash, known);
    return { hash, ...known, isInForce: hash === questionnaire.hash };
  };

  const walk = async (): Promise<void> => {
    const begunMs = clock.now();
    for await (const stream of log.registered(since)) {
      const hash = questionnaireHashOf(stream);
      if (hash !== null) found.add(hash);
    }
    since = new Date(begunMs - LOOK_BACK_MS);
  };

  const look = (): Promise<void> => {
    const nowMs = clock.monotonicMs();
    if (looked && nowMs - looked.atMs < LOOK_EVERY_MS) return looked.walk;
    const walking = walk();
    looked = { atMs: nowMs, walk: walking };
    walking.catch(() => {
      looked = null;
    });
    return walking;
  };

  return {
    async scripts(): Promise<PublishedScripts> {
      const isWhole = (await inTime(look(), WAIT_MS, clock.after)) !== 'late';
      const scripts = await Promise.all([...found].map(find));
      return { scripts: scripts.flatMap((one) => one ?? []).sort(newestFirst), isWhole };
    },
    script: find,
    async rehearse(hash, deeds) {
      const script = await find(hash);
      const [provider] = providers;
      return script && provider ? rehearse({ ...script.questionnaire, hash }, provider, deeds) : null;
    },
  };
}

type Published = Pick<PublishedScript, 'publishedAt' | 'questionnaire'>;

async function readScript(log: ScriptsDeps['log'], hash: string): Promise<Published | null> {
  const [entry] = await log.read(questionnaireStream(hash));
  if (!entry) return null;
  const questionnaire: Questionnaire = JSON.parse(entry.data);
  return { publishedAt: entry.at, questionnaire };
}

/** What new calls begin with stands first: an older content may have come back into force. */
function newestFirst(one: PublishedScript, other: PublishedScript): number {
  if (one.isInForce !== other.isInForce) return one.isInForce ? -1 : 1;
  return one.publishedAt < other.publishedAt ? 1 : -1;
}
