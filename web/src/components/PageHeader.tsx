import { BreadcrumbItem, Breadcrumb as Crumbs } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { OVERVIEW } from '../lib/paths';
import { ViewLink } from './ViewLink';

export interface Crumb {
  label: string;
  to?: string; // none: a place without a page
}

interface BreadcrumbProps {
  above?: readonly Crumb[]; // between the overview and this page
  here: string;
}

/** Where a page is: Overview > job > test. */
export function Breadcrumb({ above = [], here }: BreadcrumbProps) {
  return (
    <Crumbs aria-label="Where this page is" className="gh-breadcrumb">
      {[{ label: 'Overview', to: OVERVIEW }, ...above].map(({ label, to }) => (
        <BreadcrumbItem
          key={`${to} ${label}`}
          render={({ className }) =>
            to === undefined ? (
              <span className={className}>{label}</span>
            ) : (
              <ViewLink to={to} className={className}>
                {label}
              </ViewLink>
            )
          }
        />
      ))}
      <BreadcrumbItem isActive className="gh-break">
        {here}
      </BreadcrumbItem>
    </Crumbs>
  );
}

interface HeaderProps {
  title: ReactNode;
  mark?: ReactNode; // beside the title: an outcome, a level
  sub?: ReactNode; // one line below it
  actions?: ReactNode;
}

/** A page's heading. */
export function PageHeader({ title, mark, sub, actions }: HeaderProps) {
  return (
    <header className="gh-header">
      <div className="gh-header-text">
        <div className="gh-heading">
          <h1>{title}</h1>
          {mark}
        </div>
        {sub && <div className="gh-sub">{sub}</div>}
      </div>
      {actions && <div className="gh-header-actions">{actions}</div>}
    </header>
  );
}
