/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { adviseOn } from '../../domain/questionnaire/advice.ts';
import { lintQuestionnaire } from '../../domain/questionnaire/lint.ts';
import type { PublishedScript, PublishedScripts } from '../../domain/questionnaire/published.ts';
import { questionNumbers } from '../../domain/questionnaire/questionnaire.ts';
import { nameOfVoice } from '../../domain/questionnaire/speaking.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { InForce } from '../parts/in-force.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Time } from '../parts/time.tsx';

type ScriptsProps = { readonly visit: Visit; readonly found: PublishedScripts };

/** What calls say and ask, and ever did. */
export function Scripts({ visit, found: { scripts, isWhole } }: ScriptsProps): VNode {
  return (
    <Frame visit={visit} title="Scripts">
      <p>
        What calls say and ask. A script is a file that the server loads (<code>QUESTIONNAIRE_FILE</code>); its whole
        text stands in the log under the hash of its content, so that it can be told years later what was asked.
      </p>
      <Scroll label="Scripts">
        <table>
          <caption>Scripts that were ever in force, that of new calls first</caption>
          <thead>
            <tr>
              <th scope="col">Script</th>
              <th scope="col">New calls</th>
              <th scope="col">Published first</th>
              <th scope="col">Questions</th>
              <th scope="col">Voice</th>
              <th scope="col">Findings</th>
              <th scope="col">Hash</th>
            </tr>
          </thead>
          <tbody>
            {scripts.map((script) => (
              <Row key={script.hash} script={script} zone={visit.zone} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {!isWhole && (
        <p class="note">Older scripts are still being looked for in the log. Load the page again in a moment.</p>
      )}
    </Frame>
  );
}

function Row({ script, zone }: { readonly script: PublishedScript; readonly zone: string }): VNode {
  const { hash, isInForce, publishedAt, questionnaire } = script;
  const findings = lintQuestionnaire(questionnaire).length + adviseOn(questionnaire).length;
  return (
    <tr>
      <td>
        <a href={`/console/scripts/${hash}`}>
          <bdi>{questionnaire.id}</bdi>, version {questionnaire.version}
        </a>
      </td>
      <td>
        <InForce is={isInForce} />
      </td>
      <td>
        <Time at={publishedAt} zone={zone} />
      </td>
      <td>{questionNumbers(questionnaire).length}</td>
      <td>
        <bdi>{nameOfVoice(questionnaire.voice)}</bdi>
      </td>
      <td>{findings === 0 ? 'none' : findings}</td>
      <td>
        <code>{hash.slice(0, 12)}…</code>
      </td>
    </tr>
  );
}
