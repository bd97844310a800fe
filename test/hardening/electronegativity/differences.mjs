/**
 * Compares what was found with what was accepted. Two findings are the same if check, file and line of code are; one that
 * is there twice has to be accepted twice.
 * @param {{ check: string, file: string, code: string }[]} findings
 * @param {{ check: string, file: string, code: string, reason: string }[]} accepted
 */
export function differences(findings, accepted) {
  return {
    unknown: without(findings, accepted),
    vanished: without(accepted, findings),
    withoutReason: accepted.filter(({ reason }) => typeof reason !== 'string' || reason.trim() === ''),
  };
}

/** What is in the first list more often than in the second. */
function without(these, others) {
  const left = others.map(identityOf);
  return these.filter((finding) => {
    const place = left.indexOf(identityOf(finding));
    if (place !== -1) left.splice(place, 1);
    return place === -1;
  });
}

function identityOf({ check, file, code }) {
  return JSON.stringify([check, file, code]);
}
