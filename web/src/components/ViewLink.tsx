import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useLinkTo } from '../lib/useView';
import type { OwnWords } from '../lib/viewState';

interface Props {
  to: string; // a path from lib/paths
  own?: OwnWords; // further parameters of the page that it leads to
  className?: string;
  title?: string;
  children: ReactNode;
}

/** A link to another page that keeps the period, the filters and the zone. */
export function ViewLink({ to, own, children, ...rest }: Props) {
  const linkTo = useLinkTo();
  return (
    <Link to={linkTo(to, own)} {...rest}>
      {children}
    </Link>
  );
}
