import { Card, CardBody, Skeleton } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { CountTone } from './CountBar';

interface Props {
  name: string; // for tests and anchors: tile-..., total-...
  label: string;
  value?: ReactNode; // none while loading
  note?: ReactNode; // what the number is of
  tone?: CountTone;
  className?: string;
  children?: ReactNode; // beside the number
}

/** One number with its name. */
export function Tile({ name, label, value, note, tone, className = '', children }: Props) {
  return (
    <Card isCompact className={`gh-tile ${className}`} data-testid={name}>
      <CardBody className="gh-tile-body">
        <div>
          <div className="gh-tile-label">
            {tone && <span className={`gh-swatch gh-swatch-${tone}`} />}
            {label}
          </div>
          <div className="gh-tile-value">
            {value ?? <Skeleton width="5rem" screenreaderText={`Loading ${label}`} />}
          </div>
          {note !== undefined && <div className="gh-note">{note}</div>}
        </div>
        {children}
      </CardBody>
    </Card>
  );
}
