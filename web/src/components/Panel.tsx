import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';

interface Props {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  testId?: string;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, note, actions, testId, children }: Props) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} data-testid={testId} className="gh-panel">
      <CardHeader actions={actions ? { actions, hasNoOffset: true } : undefined}>
        <CardTitle>
          <h2 id={id} className="gh-panel-title">
            {title}
          </h2>
          {note && <div className="gh-note">{note}</div>}
        </CardTitle>
      </CardHeader>
      <CardBody>{children}</CardBody>
    </Card>
  );
}
