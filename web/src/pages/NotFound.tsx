import { EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import { useLocation } from 'react-router';
import { ViewLink } from '../components/ViewLink';
import { usePageTitle } from '../lib/hooks';
import { OVERVIEW } from '../lib/paths';

export function NotFound() {
  usePageTitle('Page not found');
  const { pathname } = useLocation();
  return (
    <EmptyState titleText="There is no such page" headingLevel="h1" icon={SearchIcon} data-testid="not-found">
      <EmptyStateBody className="gh-break">Nothing is shown at {pathname}.</EmptyStateBody>
      <EmptyStateFooter>
        <ViewLink to={OVERVIEW}>To the overview</ViewLink>
      </EmptyStateFooter>
    </EmptyState>
  );
}
