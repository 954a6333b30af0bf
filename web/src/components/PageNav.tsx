import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import BarsIcon from '@patternfly/react-icons/dist/dynamic/icons/bars-icon';
import { useState } from 'react';
import { NavLink, useLocation, useNavigate } from 'react-router';
import { useIsWiderThan } from '../lib/hooks';
import { FAILURES, OVERVIEW, STATUS, TESTS } from '../lib/paths';
import { useLinkTo } from '../lib/useView';

const PAGES = [
  { path: OVERVIEW, label: 'Overview' },
  { path: FAILURES, label: 'Failures' },
  { path: TESTS, label: 'Tests' },
  { path: STATUS, label: 'Status' },
];
const API = '/api/docs';

/** The ways to the pages: in a row, or behind a button where a row does not fit. */
export function PageNav() {
  return useIsWiderThan('62rem') ? <Row /> : <Menu />;
}

function Row() {
  const linkTo = useLinkTo();
  return (
    <nav aria-label="Pages" className="gh-nav">
      {PAGES.map(({ path, label }) => (
        <NavLink key={path} to={linkTo(path)} end={path === OVERVIEW}>
          {label}
        </NavLink>
      ))}
      <a href={API}>API</a>
    </nav>
  );
}

function Menu() {
  const [isOpen, setOpen] = useState(false);
  const linkTo = useLinkTo();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return (
    <nav aria-label="Pages">
      <Dropdown
        isOpen={isOpen}
        onOpenChange={setOpen}
        shouldFocusFirstItemOnOpen
        shouldFocusToggleOnSelect
        onSelect={() => setOpen(false)}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            aria-label="Pages"
            icon={<BarsIcon />}
            isExpanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        )}
      >
        <DropdownList>
          {PAGES.map(({ path, label }) => (
            <DropdownItem
              key={path}
              to={linkTo(path)}
              isSelected={pathname === path}
              onClick={(event) => {
                event.preventDefault();
                navigate(linkTo(path));
              }}
            >
              {label}
            </DropdownItem>
          ))}
          <DropdownItem to={API}>API</DropdownItem>
        </DropdownList>
      </Dropdown>
    </nav>
  );
}
