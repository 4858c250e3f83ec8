/** A record's own entry: ids and names in a workflow may be "constructor" or "toString". */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
