/** Column options of an instant: timestamptz in the database, ISO 8601 in UTC with milliseconds in the service. */
export const INSTANT = {
  type: 'timestamptz',
  transformer: { to: (iso: unknown) => iso, from: (date: Date | null) => date?.toISOString() },
} as const;

/** Column options of a whole number that may need 53 bits. */
export const BIG_INTEGER = {
  type: 'bigint',
  transformer: { to: (value: unknown) => value, from: (text: string | null) => (text === null ? null : Number(text)) },
} as const;
