/** Questions whose answers take time, asked all at once. */

/** Asks every question once, and waits for all answers. */
export async function askAll<Answer>(
  questions: readonly string[],
  ask: (question: string) => Promise<Answer>,
): Promise<ReadonlyMap<string, Answer>> {
  const asked = [...new Set(questions)].map(async (question) => [question, await ask(question)] as const);
  return new Map(await Promise.all(asked));
}
