/** Finds the word that was probably meant. */

/** The candidate nearest to `word`, at most two slips away (one for short words); null when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const allowed = word.length < 4 ? 1 : 2;
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > allowed) continue;
    const distance = slips(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `write 'nowait'` with the nearest candidate, or what is said when none is near. */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise: string): string {
  const near = closest(word, candidates);
  return near === null ? otherwise : `did you mean '${near}'? ${otherwise}`;
}

/** How many letters are missing, added, wrong or swapped with their neighbour (optimal string alignment). */
function slips(a: string, b: string): number {
  let twoAgo: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const wrong = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      current.push(
        Math.min(
          cell(previous, j) + 1,
          cell(current, j - 1) + 1,
          cell(previous, j - 1) + wrong,
          swapped ? cell(twoAgo, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [twoAgo, previous] = [previous, current];
  }
  return cell(previous, b.length);
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
