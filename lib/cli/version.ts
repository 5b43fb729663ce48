/** The version, which the build writes into the bundles (tools/build.js). */

declare const SUPERD_VERSION: string | undefined;

/** The version of package.json. */
export const VERSION: string = typeof SUPERD_VERSION === 'string' ? SUPERD_VERSION : 'unbuilt';
