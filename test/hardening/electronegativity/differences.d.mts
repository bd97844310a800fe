export interface Finding {
  readonly check: string;
  readonly file: string;
  readonly code: string;
}

export interface AcceptedFinding extends Finding {
  readonly reason: string;
}

export function differences(
  findings: readonly Finding[],
  accepted: readonly AcceptedFinding[],
): {
  unknown: readonly Finding[];
  vanished: readonly AcceptedFinding[];
  withoutReason: readonly AcceptedFinding[];
};
