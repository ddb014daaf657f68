import { isOneOf } from '../../base/one-of.ts';
import { type Audience, KEYS, type Questionnaire, questionNumbers, type Step } from './questionnaire.ts';

type LintCode =
  | 'UNKNOWN_STEP'
  | 'UNREACHABLE_STEP'
  | 'NOT_NEUTRAL'
  | 'SENSITIVE_WORD'
  | 'ENDLESS'
  | 'BAD_KEY'
  | 'NO_KEYS'
  | 'TEXT_LENGTH'
  | 'QUESTION_NUMBERS'
  | 'NO_PROOF';

type LintFinding = { readonly code: LintCode; readonly step: string; readonly message: string };

/** Azure AI Speech refuses a text prompt of more characters (Call Automation documentation, play action). */
const TEXT_LENGTH_MAX = 4_000;

/**
 * Words that a prompt for anyone must not hold: a mailbox, or whoever picks up, would learn that the call is about care
 * (HHS guidance on messages left for patients: name, number, ask to call back, nothing of care).
 */
const SENSITIVE =
  /\b(health|healthcare|medical|medicines?|medications?|doctors?|physicians?|nurses?|clinics?|hospitals?|patients?|prescriptions?|pharmac(?:y|ies)|diagnos\w*|treatments?|therap\w*|symptoms?|diabet\w*|cancer|hiv|pregnan\w*|mental|disease|illness|lab results?|insurance|medicare|medicaid|enrol\w*)\b/i;

/** Everything wrong with a questionnaire; empty when it may be used. Pure. */
export function lintQuestionnaire(questionnaire: Questionnaire): LintFinding[] {
  const findings = Object.entries(questionnaire.steps).flatMap(([name, step]) => lintStep(questionnaire, name, step));
  if (findings.some((finding) => finding.code === 'UNKNOWN_STEP')) return findings;
  return [...findings, ...lintRoots(questionnaire), ...lintPaths(questionnaire), ...lintNumbers(questionnaire)];
}

function lintStep(questionnaire: Questionnaire, name: string, step: Step): LintFinding[] {
  const findings: LintFinding[] = [];
  const add = (code: LintCode, message: string) => findings.push({ code, step: name, message });
  if (step.text.trim() === '' || step.text.length > TEXT_LENGTH_MAX) {
    add('TEXT_LENGTH', `the text must have 1 to ${TEXT_LENGTH_MAX} characters`);
  }
  const sensitive = step.audience === 'anyone' ? SENSITIVE.exec(step.text)?.[0] : undefined;
  if (sensitive) add('SENSITIVE_WORD', `a prompt for anyone must not say "${sensitive}"`);
  for (const next of nextSteps(step)) {
    if (!Object.hasOwn(questionnaire.steps, next)) add('UNKNOWN_STEP', `leads to "${next}", which does not exist`);
  }
  if (step.kind === 'say') return findings;
  const keys = Object.keys(step.keys);
  if (keys.length === 0) add('NO_KEYS', 'offers no key');
  for (const key of keys) if (!isOneOf(KEYS, key)) add('BAD_KEY', `"${key}" is not a key of a telephone`);
  return findings;
}

function lintRoots(questionnaire: Questionnaire): LintFinding[] {
  const { start, apology, steps } = questionnaire;
  const findings: LintFinding[] = [];
  for (const name of [start, apology]) {
    if (!Object.hasOwn(steps, name)) {
      findings.push({ code: 'UNKNOWN_STEP', step: name, message: 'is named as start or apology but does not exist' });
    }
  }
  if (steps[apology]?.kind === 'ask') {
    findings.push({ code: 'ENDLESS', step: apology, message: 'an apology is said before hanging up, it cannot ask' });
  }
  const proof = Object.values(steps).some((s) => s.kind === 'ask' && Object.values(s.keys).some((c) => c?.proves));
  if (!proof) findings.push({ code: 'NO_PROOF', step: start, message: 'no key proves that a person is there' });
  return findings;
}

/** Walks every path from start and apology, knowing whether a person has been proven on the way. */
function lintPaths(questionnaire: Questionnaire): LintFinding[] {
  const findings = new Map<string, LintFinding>();
  const reached = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string, proven: boolean, path: readonly string[]): void => {
    const step = questionnaire.steps[name];
    if (!step) return;
    if (path.includes(name)) {
      findings.set(`ENDLESS ${name}`, {
        code: 'ENDLESS',
        step: name,
        message: `can come round again: ${path.join(' > ')}`,
      });
      return;
    }
    if (step.audience === 'person' && !proven) {
      const message = `is for a person but can be reached before one is proven: ${[...path, name].join(' > ')}`;
      findings.set(`NOT_NEUTRAL ${name}`, { code: 'NOT_NEUTRAL', step: name, message });
    }
    reached.add(name);
    const visited = `${name} ${proven}`;
    if (done.has(visited)) return;
    done.add(visited);
    for (const { next, proves } of exits(step)) visit(next, proven || proves, [...path, name]);
  };
  visit(questionnaire.start, false, []);
  visit(questionnaire.apology, false, []);
  for (const name of Object.keys(questionnaire.steps)) {
    if (!reached.has(name)) {
      findings.set(`UNREACHABLE ${name}`, { code: 'UNREACHABLE_STEP', step: name, message: 'no path leads here' });
    }
  }
  return [...findings.values()];
}

/** Read models and exports count questions from 1 without a gap, and an answer belongs to one question. */
function lintNumbers(questionnaire: Questionnaire): LintFinding[] {
  const numbers = questionNumbers(questionnaire);
  const findings: LintFinding[] = [];
  if (numbers.length === 0 || numbers.some((number, index) => number !== index + 1)) {
    findings.push({
      code: 'QUESTION_NUMBERS',
      step: questionnaire.start,
      message: `questions must be numbered 1, 2, 3 ..., each once; found: ${numbers.join(', ') || 'none'}`,
    });
  }
  const neutralQuestion = Object.entries(questionnaire.steps).find(
    ([, step]) => step.kind === 'ask' && step.question !== undefined && (step.audience as Audience) !== 'person',
  );
  if (neutralQuestion) {
    findings.push({
      code: 'NOT_NEUTRAL',
      step: neutralQuestion[0],
      message: 'a numbered question is for a person only',
    });
  }
  return findings;
}

function exits(step: Step): { next: string; proves: boolean }[] {
  if (step.kind === 'say') return [];
  const choices = Object.values(step.keys).flatMap((choice) =>
    choice ? [{ next: choice.next, proves: choice.proves === 'person' }] : [],
  );
  return [...choices, { next: step.silence, proves: false }];
}

function nextSteps(step: Step): string[] {
  return exits(step).map((exit) => exit.next);
}
