/** What JSON can hold. Properties that are undefined are left out when it is written. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [property: string]: JsonValue | undefined };
