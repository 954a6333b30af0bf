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
import { type ComponentProps, useEffect, useRef, useState } from 'react';
import { Link, Outlet, ScrollRestoration, useSearchParams } from 'react-router';
import { wereBehind } from '../api/client';
import { LIVE, statusQuery } from '../api/queries';
import { OVERVIEW } from '../lib/paths';
import { useLinkTo } from '../lib/useView';
import { readZone, storedZone, storeZone, type Zone, ZoneContext } from '../lib/zone';
import { Freshness, SilenceWarning, SourceTrouble } from './Freshness';
import { QuickFind } from './find/QuickFind';
import { Logo } from './Logo';
import { PageNav } from './PageNav';
import { ThemeToggle } from './ThemeToggle';
import { ZoneToggle } from './ZoneToggle';

const MAIN = 'main';
const LATER = 3_000; // milliseconds, in which a busy server renews what it answered from before

/** What every page stands in: masthead, freshness, and the page itself. */
export function AppFrame() {
  const { data: status, isError } = useQuery(statusQuery);
  const [zone, chooseZone] = useZoneState();
  useRefetchOnNewData(status?.data_version);
  return (
    <ZoneContext value={zone}>
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
              <PageNav />
              <div className="gh-masthead-end">
                <QuickFind />
                <Freshness status={status} isLost={isError} />
                <ZoneToggle zone={zone} onChoose={chooseZone} />
                <ThemeToggle />
              </div>
            </MastheadContent>
          </Masthead>
        }
      >
        <PageSection hasBodyWrapper={false} className={`gh-section ${status || isError ? '' : 'gh-unknown'}`}>
          <SourceTrouble status={status} />
          <SilenceWarning status={status} />
          <Outlet />
        </PageSection>
        <ScrollRestoration />
      </Page>
    </ZoneContext>
  );
}

function HomeLink(props: ComponentProps<'a'>) {
  return <Link {...props} to={useLinkTo()(OVERVIEW)} aria-label="Gatehealth, overview" />;
}

/** The zone that the URL says, else the viewer's last choice; a choice is kept in both. */
function useZoneState(): [Zone, (zone: Zone) => void] {
  const [params, setParams] = useSearchParams();
  const [stored, setStored] = useState(storedZone);
  const choose = (zone: Zone) => {
    storeZone(zone);
    setStored(zone);
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        // Local is another zone to each reader of a link: it is no part of what the link shows.
        if (zone === 'utc') next.set('zone', zone);
        else next.delete('zone');
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  };
  return [readZone(params.get('zone')) ?? stored, choose];
}

/**
 * Asks the pages' questions again when the server's data has changed since they were last asked, and once more when some of
 * the answers were of older data still.
 */
function useRefetchOnNewData(dataVersion: number | undefined): void {
  const client = useQueryClient();
  const seen = useRef(dataVersion);
  useEffect(() => {
    if (dataVersion === undefined) return;
    const isNew = seen.current !== undefined && seen.current !== dataVersion;
    seen.current = dataVersion;
    if (isNew) client.invalidateQueries({ queryKey: [LIVE] });
    const timer = setTimeout(() => {
      if (wereBehind(dataVersion)) client.invalidateQueries({ queryKey: [LIVE] });
    }, LATER);
    return () => clearTimeout(timer);
  }, [client, dataVersion]);
}
