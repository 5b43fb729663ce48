/** The instances that Accept=yes makes, one for each connection (systemd.socket(5)). */

/** Stands for a connection before there is one, where tools look at a template. */
export const PRETENDED_INSTANCE = 'internal';
