/** Finds the host patterns of hosts_access(5) that match nobody, or others than they seem to. */

import { isIPv4 } from 'node:net';
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.ts';
import { type Groups, groupsOf, leadingNumber, quadOf, samePrefix } from './address.ts';
import { bracketed, networkOf } from './network.ts';
import type { HostsSettings } from './rule.ts';
import { splitAt } from './split.ts';

/** Reviews a host pattern without a user or daemon before it. */
export function reviewHost(
  host: string,
  span: Span,
  settings: HostsSettings,
  diagnostics: Diagnostics,
): void {
  if (host.startsWith('/') || host.startsWith('@')) return;
  const parts = splitAt(host, '/');
  const problem = parts === null ? addressProblem(host) : networkProblem(parts[0], parts[1], settings);
  if (problem !== null) diagnostics.warning(problem.code, span, problem.message, problem.help);
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

function addressProblem(host: string): Problem | null {
  if (/^\d{1,3}(\.\d{1,3}){0,2}$/.test(host)) {
    return {
      code: 'hosts/partial-address',
      message: `'${host}' matches no address`,
      help: `write '${host}.' for every address that begins so`,
    };
  }
  if (host.startsWith('[') && host.endsWith(']')) return bracketProblem(host, 128);
  if (/^\d+(\.\d+){3}$/.test(host) && !isIPv4(host)) {
    return {
      code: 'hosts/bad-address',
      message: `'${host}' is not how an address is written, it matches nobody`,
      help: 'write four numbers from 0 to 255 without leading zeros',
    };
  }
  return null;
}

function networkProblem(net: string, mask: string, { strict }: HostsSettings): Problem | null {
  const whole = `${net}/${mask}`;
  if (net.startsWith('[')) {
    return (
      bracketProblem(net, leadingNumber(mask)) ??
      maskProblem(whole, mask, networkOf(net, mask, strict) !== null)
    );
  }
  const quad = quadOf(net);
  if (quad === null) {
    return {
      code: 'hosts/bad-network',
      message: `'${net}' is no network, '${whole}' matches nobody`,
      help: 'write all four numbers: 127.0.0.0/8',
    };
  }
  const network = networkOf(net, mask, strict);
  if (network?.family !== 4) return maskProblem(whole, mask, false);
  const lowest = (quad & network.mask) >>> 0;
  if (lowest === quad) return maskProblem(whole, mask, true);
  return {
    code: 'hosts/host-bits',
    message: `'${whole}' matches nobody: the address has bits outside its mask`,
    help: `write '${quadText(lowest)}/${mask}'`,
  };
}

/** A mask that matches nobody, or is read only up to its first character that is no digit. */
function maskProblem(whole: string, mask: string, matches: boolean): Problem | null {
  if (matches && (/^\d+$/.test(mask) || quadOf(mask) !== null || isIPv4(mask))) return null;
  const message = matches ? `is read as if it ended in '/${leadingNumber(mask)}'` : 'matches nobody';
  return {
    code: 'hosts/bad-mask',
    message: `'${mask}' is no mask, '${whole}' ${message}`,
    help: 'write the number of bits, or four numbers for IPv4: /24 or /255.255.255.0',
  };
}

function bracketProblem(host: string, length: number): Problem | null {
  const groups = bracketed(host);
  if (groups === null) {
    return {
      code: 'hosts/bad-address',
      message: `'${host}' is no IPv6 address, it matches nobody`,
      help: 'write an IPv6 address in brackets, an IPv4 address without them',
    };
  }
  if (length < 96 || !samePrefix(groups, MAPPED, 96)) return null;
  return {
    code: 'hosts/mapped-address',
    message: `'${host}' matches nobody: IPv4 callers are matched by their IPv4 address`,
    help: 'write the IPv4 address or network without brackets',
  };
}

const MAPPED: Groups = groupsOf('::ffff:0:0') ?? [];

function quadText(quad: number): string {
  return [quad >>> 24, (quad >>> 16) & 255, (quad >>> 8) & 255, quad & 255].join('.');
}
