import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { i18n } from 'i18next';
import { useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import { AnswerUnreadable, PortalProblem } from '../api/get-json.ts';
import { StreamHub } from '../api/stream-hub.ts';
import { StreamContext } from '../api/use-stream.ts';
import { router } from './router.tsx';

const RETRIES = 2;
const STALE_MS = 5000;
const AGAIN_MS = 5000;

/** A refusal will be one again; only an unreachable portal is worth a second try. */
function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        refetchInterval: (query) => (query.state.error === null ? false : AGAIN_MS),
        retry: (failures, error) =>
          failures < RETRIES && !(error instanceof PortalProblem) && !(error instanceof AnswerUnreadable),
      },
    },
  });
}

function makeHub(client: QueryClient): StreamHub {
  return new StreamHub({
    open: (url) => new EventSource(url),
    wallMs: () => performance.now(),
    refresh: (views) => {
      for (const view of views) void client.invalidateQueries({ queryKey: [view] }, { cancelRefetch: false });
    },
  });
}

export function App({ i18n }: { i18n: i18n }) {
  const [client] = useState(makeQueryClient);
  const [hub] = useState(() => makeHub(client));
  return (
    <I18nextProvider i18n={i18n}>
      <QueryClientProvider client={client}>
        <StreamContext value={hub}>
          <RouterProvider router={router} />
        </StreamContext>
      </QueryClientProvider>
    </I18nextProvider>
  );
}
