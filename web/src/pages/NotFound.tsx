import { EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import { Link, useLocation } from 'react-router';
import { usePageTitle } from '../lib/hooks';

export function NotFound() {
  usePageTitle('Page not found');
  const { pathname } = useLocation();
  return (
    <EmptyState titleText="There is no such page" headingLevel="h1" icon={SearchIcon} data-testid="not-found">
      <EmptyStateBody className="gh-break">Nothing is shown at {pathname}.</EmptyStateBody>
      <EmptyStateFooter>
        <Link to="/">To the overview</Link>
      </EmptyStateFooter>
    </EmptyState>
  );
}
