/** The page that a scdoc(5) source makes; null where scdoc is not installed. */
export function compile(source: string): string | null;
