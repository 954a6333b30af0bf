import { Spinner } from '@patternfly/react-core';
import type { RouteObject } from 'react-router';
import { AppFrame } from './components/AppFrame';
import { NotFound } from './pages/NotFound';
import { OverviewPage } from './pages/overview/OverviewPage';
import { PageError } from './pages/PageError';

export const routes: RouteObject[] = [
  {
    element: <AppFrame />,
    hydrateFallbackElement: <Spinner aria-label="Loading the page" />,
    children: [
      {
        errorElement: <PageError />,
        children: [
          { index: true, element: <OverviewPage /> },
          {
            path: 'run/:uuid',
            lazy: async () => ({ Component: (await import('./pages/run/RunPage')).RunPage }),
          },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
];
