import { type FileHandle, unlink } from 'node:fs/promises';
import type { Member } from '../../domain/member/members.ts';
import { openNew } from '../../files/private.ts';
import { headerLine, memberLine } from '../../members/csv-line.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { askOrDo } from '../served.ts';
import type { ListOptions } from './members.ts';
import { pagesHere } from './members-pages.ts';

/**
 * Writes all members, numbers and names whole, into a new file that nobody else may read and that can be imported again.
 * What breaks off leaves no file.
 */
export async function exportMembers(
  to: string,
  client: Pick<ApiClient, 'memberDetails'>,
  options: ListOptions,
  output: Output,
): Promise<ExitCode> {
  const file = await openNew(to);
  let code: ExitCode = EXIT.cannotRun;
  const put = writerOf(file, output);
  try {
    await file.appendFile(headerLine());
    const here = async (): Promise<ExitCode> => {
      for await (const page of pagesHere(options, 'members-export')) await put.page(page);
      return EXIT.ok;
    };
    code = await askOrDo(options, () => served(client, put.page), here, output);
  } finally {
    await file.close();
    if (code !== EXIT.ok) await unlink(to);
  }
  output.progress('');
  if (code !== EXIT.ok) return code;
  if (options.json) output.json({ file: to, members: put.count() });
  else output.line(`${to}: ${put.count()} members`);
  return code;
}

function writerOf(file: FileHandle, output: Output) {
  let count = 0;
  return {
    count: () => count,
    async page(members: readonly Member[]): Promise<void> {
      await file.appendFile(members.map((member) => memberLine(member)).join(''));
      count += members.length;
      output.progress(`${count} members`);
    },
  };
}

async function served(
  client: Pick<ApiClient, 'memberDetails'>,
  put: (members: readonly Member[]) => Promise<void>,
): Promise<ExitCode> {
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<ApiClient['memberDetails']>> = await client.memberDetails(cursor);
    await put(page.members);
    cursor = page.nextCursor;
    if (cursor === null) return EXIT.ok;
  }
}
