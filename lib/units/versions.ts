/** Comparing versions as a kernel's are: by their numbers, and letters before numbers (systemd-analyze(1), compare-versions). */

const HOLDS: ReadonlyMap<string, (difference: number) => boolean> = new Map([
  ['<', (difference: number) => difference < 0],
  ['<=', (difference: number) => difference <= 0],
  ['=', (difference: number) => difference === 0],
  ['==', (difference: number) => difference === 0],
  ['!=', (difference: number) => difference !== 0],
  ['<>', (difference: number) => difference !== 0],
  ['>=', (difference: number) => difference >= 0],
  ['>', (difference: number) => difference > 0],
]);

/** Whether a comparison holds, by the sign of the difference. */
export function isComparison(sign: string, difference: number): boolean {
  return HOLDS.get(sign)?.(difference) ?? false;
}

/** Negative: `a` is older; 0: they are the same. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = comparePart(left[at], right[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Runs of digits and of letters; what stands between them only separates. `~` is before everything. */
function partsOf(version: string): readonly string[] {
  return version.match(/\d+|[A-Za-z]+|~/g) ?? [];
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === '~' || b === '~') return a === '~' ? -1 : 1;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? -1 : 1;
  if (Number.isNaN(x)) return a < b ? -1 : 1;
  return x - y;
}
