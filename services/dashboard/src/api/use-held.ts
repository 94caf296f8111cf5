import { useState } from 'react';

type Query<T> = {
  data: T | undefined;
  error: Error | null;
  dataUpdatedAt: number;
  isPlaceholderData: boolean;
  refetch: () => unknown;
};

/**
 * A query whose key moves with time, such as the last day, keeps showing what it last got while the portal is away. `matter` says
 * what is asked for apart from time: of another matter nothing is held.
 */
export function useHeld<T>(query: Query<T>, matter: string): Query<T> {
  const [held, hold] = useState<{ matter: string; data: T; dataUpdatedAt: number }>();
  const { data, dataUpdatedAt } = query;
  if (data !== undefined && !query.isPlaceholderData && (held?.data !== data || held.matter !== matter))
    hold({ matter, data, dataUpdatedAt });
  return data === undefined && held?.matter === matter ? { ...query, ...held } : query;
}
