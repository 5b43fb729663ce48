// Prints the totals of a run of Jest from its JSON. As root every spec can run: one that was skipped counts as broken.

import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
const result = text === '' ? null : JSON.parse(text);
const cases = (result?.testResults ?? []).flatMap((suite) => suite.assertionResults);
const skipped = cases.filter(({ status }) => status !== 'passed' && status !== 'failed');
const failed = result === null ? 1 : result.numFailedTests + result.numRuntimeErrorTestSuites;

for (const { fullName } of skipped) process.stdout.write(`skipped: ${fullName}\n`);
const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
process.stdout.write(`${result?.numPassedTests ?? 0} passed, ${failed} failed${rest}\n`);
process.exitCode = failed > 0 || (skipped.length > 0 && process.getuid() === 0) ? 1 : 0;
