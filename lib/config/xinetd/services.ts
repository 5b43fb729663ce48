/** Blocks of xinetd.conf → services: the whole reading once the text is taken apart. */

import type { Block } from './block.ts';
import type { Questions, XinetdContext, XinetdServices } from './context.ts';

export type { Questions, XinetdContext, XinetdDefaults, XinetdServices } from './context.ts';

/** Host names and program paths that must be looked up before `servicesOf`. */
export declare function questionsOf(blocks: readonly Block[], directory: string): Questions;

/** Reads blocks in file order. Everything that is wrong is reported; it never throws. */
export declare function servicesOf(blocks: readonly Block[], context: XinetdContext): XinetdServices;
