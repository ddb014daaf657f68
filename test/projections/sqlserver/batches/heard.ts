import type { SqlServerOptions } from '../../../../projections/sqlserver/access.ts';
import { batchesFor, ID_TYPES } from './every-batch.ts';

/** Listens to what is really sent to a server, and holds it against the list of every batch. */
export type Listener = {
  /** The same options, with an ear. */
  on<Options extends SqlServerOptions>(options: Options): Options;
  /** Batches that were sent and are not on the list. */
  unlisted(): Promise<readonly string[]>;
};

export function listener(): Listener {
  const heard: { readonly options: SqlServerOptions; readonly texts: Set<string> }[] = [];
  return {
    on(options) {
      const texts = new Set<string>();
      heard.push({ options, texts });
      const onBatch = (text: string): void => {
        texts.add(text);
        options.onBatch?.(text);
      };
      return { ...options, onBatch };
    },
    async unlisted() {
      const strange: string[] = [];
      for (const { options, texts } of heard.filter(({ texts }) => texts.size > 0)) {
        const listed = await listFor(options);
        strange.push(...[...texts].map(plain).filter((text) => !listed.has(text)));
      }
      return strange;
    },
  };
}

async function listFor({ schema, olderSchema = schema, members }: SqlServerOptions): Promise<ReadonlySet<string>> {
  const shapes = members ? [{ names: members, isOurs: true, idTypes: Object.keys(ID_TYPES) }] : [];
  const { batches } = await batchesFor({ schema, olderSchema, members: shapes });
  return new Set(batches.map(({ text }) => plain(text)));
}

/** What a column is compared in is the database's choice. */
function plain(text: string): string {
  return text.replaceAll(/COLLATE \w+/g, 'COLLATE ...');
}
