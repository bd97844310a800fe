interface Compartment {
  readonly id: string;
  readonly compartmentId?: string | undefined;
  readonly name: string;
}

/** Each compartment's path from the tenancy down, by id: `Tenancy / Payments / Cards`. */
export function pathsOf(compartments: readonly Compartment[]): ReadonlyMap<string, string> {
  const byId = new Map(compartments.map((compartment) => [compartment.id, compartment]));
  const paths = new Map<string, string>();
  for (const { id } of compartments) {
    const names: string[] = [];
    // A chain is at the most as long as there are compartments: one that runs in a circle ends too.
    let at = byId.get(id);
    while (at !== undefined && names.length <= byId.size) {
      names.unshift(at.name);
      at = at.compartmentId === undefined ? undefined : byId.get(at.compartmentId);
    }
    paths.set(id, names.join(' / '));
  }
  return paths;
}
