import { Spinner } from '@patternfly/react-core';
import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router';
import { AppFrame } from './components/AppFrame';
import { NotFound } from './pages/NotFound';
import { OverviewPage } from './pages/overview/OverviewPage';
import { PageError } from './pages/PageError';

/** A page that is loaded when it is first gone to. */
function page(path: string, load: () => Promise<ComponentType>): RouteObject {
  return { path, lazy: async () => ({ Component: await load() }) };
}

// lib/paths.ts makes the addresses that lead here.
export const routes: RouteObject[] = [
  {
    element: <AppFrame />,
    hydrateFallbackElement: <Spinner aria-label="Loading the page" />,
    children: [
      {
        errorElement: <PageError />,
        children: [
          { index: true, element: <OverviewPage /> },
          page('g/:key/*', async () => (await import('./pages/group/GroupPage')).GroupPage),
          page('job/*', async () => (await import('./pages/job/JobPage')).JobPage),
          page('test', async () => (await import('./pages/test/TestPage')).TestPage),
          page('tests', async () => (await import('./pages/tests/TestsPage')).TestsPage),
          page('run/:uuid', async () => (await import('./pages/run/RunPage')).RunPage),
          page('failures', async () => (await import('./pages/failures/FailuresPage')).FailuresPage),
          page('status', async () => (await import('./pages/status/StatusPage')).StatusPage),
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
];
