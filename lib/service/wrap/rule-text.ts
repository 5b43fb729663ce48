/** hosts.allow and hosts.deny are read byte by byte; everything else of superd is UTF-8. */

/** What the bytes of a rule's text mean: for commands, variables and names of users. */
export function fromRuleText(text: string): string {
  return Buffer.from(text, 'latin1').toString();
}

/** A text of superd as the rules see it. */
export function toRuleText(text: string): string {
  return Buffer.from(text).toString('latin1');
}
