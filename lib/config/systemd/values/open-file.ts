/** OpenFile= (systemd.service(5)): a path, a name and options with colons between them. */

import type { OpenFile } from '../../../model/service-unit.ts';
import { absolutePath } from './simple.ts';
import { descriptorName } from './socket.ts';
import type { Read } from './value.ts';

const MODES = ['read-only', 'append', 'truncate'] as const;

/** A line of it. The name is that of the file where none is written. */
export function openFile(text: string): Read<OpenFile> {
  const [written = '', name = '', options = '', ...more] = text.split(':');
  if (more.length > 0) return { problem: `'${text}' has more parts than PATH:NAME:OPTIONS` };
  const path = absolutePath(written);
  if ('problem' in path) return path;
  const named = descriptorName(name === '' ? path.value.slice(path.value.lastIndexOf('/') + 1) : name);
  if ('problem' in named) return named;
  const words = options === '' ? [] : options.split(',');
  const unknown = words.find((word) => word !== 'graceful' && !isMode(word));
  if (unknown !== undefined) {
    return { problem: `'${unknown}' is no option: known are ${MODES.join(' ')} graceful` };
  }
  const modes = words.filter(isMode);
  if (modes.length > 1) return { problem: `${modes.join(' and ')} exclude each other` };
  const [mode = 'read-write'] = modes;
  return {
    value: {
      path: path.value,
      name: named.value,
      mode: mode === 'read-only' ? 'read' : mode,
      graceful: words.includes('graceful'),
    },
  };
}

function isMode(word: string): word is (typeof MODES)[number] {
  return (MODES as readonly string[]).includes(word);
}
