import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { EmptyNote } from '../../components/EmptyNote';
import { Panel } from '../../components/Panel';
import { formatCount } from '../../lib/format';
import { FailureTable } from './FailureTable';
import { MessageTable } from './MessageTable';
import { failuresQuery } from './queries';
import type { TestView } from './useTest';

/** The results that failed or never ended, one by one or equal messages together, each with its whole text. */
export function Failures(view: TestView) {
  const { own, update } = view;
  const isEach = own.failures === 'each';
  const query = useQuery(failuresQuery(view, isEach ? own.offset : 0));
  const { data } = query;
  const empty = <EmptyNote view={view} title="No failures" />;
  return (
    <Panel
      title="Failures"
      testId="failures"
      note={isEach ? 'that failed or never ended, newest first' : 'by what they say, the most frequent first'}
      actions={
        <ToggleGroup aria-label="Failures shown" isCompact>
          <ToggleGroupItem
            text={`One by one${data ? ` ${formatCount(data.total)}` : ''}`}
            buttonId="failures-each"
            isSelected={isEach}
            onChange={() => update({ failures: 'each', open: [] })}
          />
          <ToggleGroupItem
            text={`By message${data ? ` ${formatCount(data.messages_total)}` : ''}`}
            buttonId="failures-messages"
            isSelected={!isEach}
            onChange={() => update({ failures: 'messages', open: [], offset: 0 })}
          />
        </ToggleGroup>
      }
    >
      {isEach ? (
        <FailureTable view={view} query={query} empty={empty} />
      ) : (
        <MessageTable view={view} query={query} empty={empty} />
      )}
    </Panel>
  );
}
