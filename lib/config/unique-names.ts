/** One name for each service. */

import type { Service } from '../model/service.ts';

/** Makes names differ where two services have one, or one that others have: the later ones get `#2` and so on behind it. */
export function withUniqueNames(
  services: readonly Service[],
  others: Iterable<string> = [],
): readonly Service[] {
  const taken = new Set(others);
  const counts = new Map<string, number>();
  return services.map((service) => {
    let { name } = service;
    // Counting on from the last one: ten thousand services of one name are no ten thousand searches.
    for (let count = counts.get(service.name) ?? 2; taken.has(name); count += 1) {
      name = `${service.name}#${count}`;
      counts.set(service.name, count + 1);
    }
    taken.add(name);
    return name === service.name ? service : { ...service, name };
  });
}
