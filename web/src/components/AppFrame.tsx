import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  Page,
  PageSection,
  SkipToContent,
} from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentProps, useEffect, useRef } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router';
import { LIVE, statusQuery } from '../api/queries';
import { Freshness, SilenceWarning } from './Freshness';
import { Logo } from './Logo';
import { ThemeToggle } from './ThemeToggle';

const MAIN = 'main';

/** What every page stands in: masthead, freshness, and the page itself. */
export function AppFrame() {
  const { data: status, isError } = useQuery(statusQuery);
  useRefetchOnNewData(status?.data_version);
  return (
    <Page
      className="gh-page"
      mainContainerId={MAIN}
      skipToContent={<SkipToContent href={`#${MAIN}`}>Skip to content</SkipToContent>}
      masthead={
        <Masthead display={{ default: 'inline' }} className="gh-masthead">
          <MastheadMain>
            <MastheadBrand>
              <MastheadLogo component={HomeLink}>
                <span className="gh-brand">
                  <Logo /> <span className="gh-brand-name">Gatehealth</span>
                </span>
              </MastheadLogo>
            </MastheadBrand>
          </MastheadMain>
          <MastheadContent>
            <nav aria-label="Pages" className="gh-nav">
              <NavLink to="/" end>
                Overview
              </NavLink>
              <a href="/api/docs">API</a>
            </nav>
            <div className="gh-masthead-end">
              <Freshness status={status} isLost={isError} />
              <ThemeToggle />
            </div>
          </MastheadContent>
        </Masthead>
      }
    >
      <PageSection hasBodyWrapper={false} className="gh-section">
        <SilenceWarning status={status} />
        <Outlet />
      </PageSection>
      <ScrollRestoration />
    </Page>
  );
}

function HomeLink(props: ComponentProps<'a'>) {
  return <Link {...props} to="/" aria-label="Gatehealth, overview" />;
}

/** Asks the pages' questions again when the server's data has changed since they were last asked. */
function useRefetchOnNewData(dataVersion: number | undefined): void {
  const client = useQueryClient();
  const seen = useRef(dataVersion);
  useEffect(() => {
    if (dataVersion === undefined || seen.current === dataVersion) return;
    if (seen.current !== undefined) client.invalidateQueries({ queryKey: [LIVE] });
    seen.current = dataVersion;
  }, [client, dataVersion]);
}
