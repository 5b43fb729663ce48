/** Who may be served, when, and how much: data in the words that every language shares. */

/** One element of a list of addresses. IPv4-mapped IPv6 addresses are IPv4 before they are compared. */
export type AddressRule =
  /** The first `bits` of `address`, which is numeric, canonical and without any bit behind them. */
  | { readonly kind: 'network'; readonly family: 4 | 6; readonly address: string; readonly bits: number }
  /** The caller's name, which must lead back to its address; lower case. */
  | { readonly kind: 'host'; readonly name: string }
  /** Every name that ends so; lower case, with the leading dot. */
  | { readonly kind: 'domain'; readonly suffix: string };

/** Minutes of the local day, both ends included: 9:00-17:00 is 540 to 1020. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** The gates that look at the caller and the hour. They fail closed: an empty list of `only` admits nobody. */
export interface Access {
  /** Callers are refused while the load average of one minute is above it; null: whatever it is. */
  readonly maxLoad: number | null;
  /** null: always. */
  readonly hours: readonly Hours[] | null;
  /** Only these callers; null: every caller. */
  readonly only: readonly AddressRule[] | null;
  /** Never these, also where `only` names them. */
  readonly never: readonly AddressRule[];
}

/** Everybody, at any time. */
export const OPEN_ACCESS: Access = { maxLoad: null, hours: null, only: null, never: [] };
