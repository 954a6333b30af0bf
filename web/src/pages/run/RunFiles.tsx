import { ExpandableSection } from '@patternfly/react-core';
import { useState } from 'react';
import type { RunFacts } from '../../api/types';
import { Attachments } from '../../components/Attachments';
import { Panel } from '../../components/Panel';
import { plural } from '../../lib/format';

/** What the run itself carries, such as what its test runner printed; fetched when it is unfolded. */
export function RunFiles({ run }: { run: RunFacts }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Panel title="Files of the run" testId="run-files">
      <ExpandableSection
        isExpanded={isOpen}
        onToggle={(_event, open) => setOpen(open)}
        toggleText={`${plural(run.attachments, 'file')} that no single test printed`}
      >
        {isOpen && <Attachments uuid={run.uuid} />}
      </ExpandableSection>
    </Panel>
  );
}
