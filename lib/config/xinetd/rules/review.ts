/** What is said about services that are served, but not as their text may suggest. */

import type { Diagnostics } from '../../../diagnostics/diagnostic.ts';
import type { AddressRule } from '../../../model/access.ts';
import { masked, numberOf } from '../../ip-number.ts';
import type { XinetdContext } from '../context.ts';
import { type AddressElement, type Draft, hasFlag, hasType, placeOf, type Values } from '../entry.ts';
import { builtinOf, isInternal, isSensor, listedPort, socketTypeOf } from '../lower/facts.ts';
import { isMulticast } from '../lower/sockets.ts';

/** Says all of it. */
export function review(draft: Draft, context: XinetdContext, diagnostics: Diagnostics): void {
  for (const { code, key, severity, when, message, help } of REMARKS) {
    if (when(draft, context)) diagnostics[severity](code, placeOf(draft, key), message, help);
  }
  remarkOnLists(draft, diagnostics);
}

interface Remark {
  readonly code: string;
  readonly key: keyof Values;
  readonly severity: 'warning' | 'note';
  readonly when: (draft: Draft, context: XinetdContext) => boolean;
  readonly message: string;
  readonly help: string;
}

const REMARKS: readonly Remark[] = [
  {
    code: 'xinetd/v6only',
    key: 'v6only',
    severity: 'warning',
    when: ({ values, places }) => values.v6only === false && places.has('v6only'),
    message:
      "xinetd takes 'v6only = no' for yes; the manual page, and superd unless told to be strict, for no",
    help: "leave it out: 'no' is what a service has without it",
  },
  {
    code: 'xinetd/no-intercept',
    key: 'flags',
    severity: 'warning',
    when: ({ values }) => hasFlag(values, 'INTERCEPT') && (isInternal(values) || values.wait === false),
    message: 'INTERCEPT has no effect: superd accepts these connections itself',
    help: 'leave the flag out: each caller is checked without it',
  },
  {
    code: 'xinetd/internal-wait',
    key: 'wait',
    severity: 'warning',
    when: ({ values }) => isInternal(values) && values.wait === true && socketTypeOf(values) === 'stream',
    message: "an internal stream service is served as with 'wait = no'",
    help: "write 'wait = no'",
  },
  {
    code: 'xinetd/no-effect',
    key: 'server',
    severity: 'note',
    when: ({ values }) =>
      values.server !== undefined && (values.redirect !== undefined || isInternal(values)),
    message: 'the server is never run',
    help: 'leave the line out',
  },
  {
    code: 'xinetd/no-effect',
    key: 'user',
    severity: 'note',
    when: ({ values }, { settings }) =>
      values.redirect !== undefined && values.user !== undefined && values.user.uid !== settings.callerUid,
    message: 'superd passes the connections on itself: no process runs as this user',
    help: 'nothing needs to be done',
  },
  {
    code: 'xinetd/no-effect',
    key: 'denyTime',
    severity: 'warning',
    when: ({ values }) => values.denyTime !== undefined && !isSensor(values),
    message: 'deny_time has no effect without the flag SENSOR',
    help: "write 'flags = SENSOR', or leave the line out",
  },
  {
    code: 'xinetd/no-effect',
    key: 'mdns',
    severity: 'note',
    when: ({ values }) => values.mdns !== undefined,
    message: 'superd announces no services by multicast DNS',
    help: 'announce it by avahi-daemon(8), or leave the line out',
  },
  {
    code: 'xinetd/no-effect',
    key: 'bind',
    severity: 'note',
    when: ({ values }) => isMulticast(values),
    message: 'superd does not join the group of a multicast address',
    help: 'let the server join it, or join it by ip-maddress(8)',
  },
  {
    code: 'xinetd/open-view',
    key: 'type',
    severity: 'note',
    when: (draft) => {
      const { values } = draft;
      const isView = hasType(values, 'INTERNAL') && /^(servers|services)$/.test(builtinOf(draft) ?? '');
      return isView && values.onlyFrom === undefined && values.bind === undefined;
    },
    message: 'superd tells callers of this machine only what is served here; xinetd tells everybody',
    help: "write 'bind = 127.0.0.1' for those who call from here",
  },
  {
    code: 'xinetd/no-effect',
    key: 'logOnSuccess',
    severity: 'note',
    when: ({ values, places }) =>
      values.redirect === undefined &&
      places.has('logOnSuccess') &&
      (values.logOnSuccess?.includes('TRAFFIC') ?? false),
    message: 'TRAFFIC is logged of redirected services only',
    help: 'leave TRAFFIC out: xinetd would not start the service',
  },
  {
    code: 'xinetd/ident-port',
    key: 'port',
    severity: 'warning',
    when: (draft, { names }) => {
      const { logOnSuccess = [], logOnFailure = [] } = draft.values;
      const port = draft.values.port ?? listedPort(draft, names);
      return port === 113 && [...logOnSuccess, ...logOnFailure].includes('USERID');
    },
    message: 'USERID is left out: two ident servers would ask each other without end',
    help: 'leave USERID out for this service',
  },
];

/** An address in both lists is refused. Many expect the more exact element to win. */
function remarkOnLists(draft: Draft, diagnostics: Diagnostics): void {
  const { onlyFrom = [], noAccess = [] } = draft.values;
  for (const allowed of onlyFrom) {
    const denied = noAccess.find((element) => covers(element, allowed));
    if (denied === undefined) continue;
    const message = `only_from admits ${allowed.text}, and no_access refuses it (${denied.text}): it is refused`;
    const help = 'no_access always wins, however exact the elements are: leave one of them out';
    diagnostics.warning('xinetd/both-lists', placeOf(draft, 'noAccess'), message, help);
  }
}

function covers(outer: AddressElement, inner: AddressElement): boolean {
  return (
    inner.rules.length > 0 &&
    inner.rules.every((rule) => outer.rules.some((other) => ruleCovers(other, rule)))
  );
}

function ruleCovers(outer: AddressRule, inner: AddressRule): boolean {
  if (outer.kind === 'network' && inner.kind === 'network') {
    const address = numberOf(inner.address);
    const start = numberOf(outer.address);
    if (outer.family !== inner.family || outer.bits > inner.bits || address === null) return false;
    return masked(address, outer.bits).value === start?.value;
  }
  if (inner.kind === 'network' || outer.kind === 'network') return false;
  const name = inner.kind === 'host' ? inner.name : inner.suffix;
  return outer.kind === 'host' ? inner.kind === 'host' && name === outer.name : name.endsWith(outer.suffix);
}
