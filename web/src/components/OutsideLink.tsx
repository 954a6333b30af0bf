import ExternalLinkAltIcon from '@patternfly/react-icons/dist/dynamic/icons/external-link-alt-icon';
import type { ReactNode } from 'react';
import { webAddress } from '../lib/urls';

interface Props {
  address: string; // from outside: linked to only when it is a web address
  children: ReactNode;
}

/** A link that leaves Gatehealth; plain text when the address is not one of the web, nothing when there is none. */
export function OutsideLink({ address, children }: Props) {
  const href = webAddress(address);
  if (!href) return address ? <span title={address}>{children}</span> : null;
  return (
    <a href={href} target="_blank" rel="noreferrer" className="gh-outside">
      {children} <ExternalLinkAltIcon aria-label="(opens in a new tab)" />
    </a>
  );
}
