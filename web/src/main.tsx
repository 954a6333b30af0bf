import '@patternfly/react-core/dist/styles/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { ApiError } from './api/client';
import { followSystemTheme } from './lib/theme';
import { routes } from './routes';
// After the components' own styles, so that it can overrule them.
import './app.css';

const TRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      // What the server refuses it would refuse again; only its absence and its accidents may pass.
      retry: (tried, error) =>
        tried < TRIES && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      retryDelay: (tried) => 500 * 2 ** tried,
    },
  },
});

followSystemTheme();
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={createBrowserRouter(routes)} />
    </QueryClientProvider>
  </StrictMode>,
);
