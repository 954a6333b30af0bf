import { ExpandableRowContent, Tbody, Td, Tr } from '@patternfly/react-table';
import { useEffect, useRef } from 'react';
import { Attachments } from '../../components/Attachments';
import { PlainText } from '../../components/PlainText';
import { StatusWord } from '../../components/StatusWord';
import { TestName } from '../../components/TestName';
import { formatSeconds } from '../../lib/format';
import type { ResultRow } from '../../lib/results';

interface Props {
  uuid: string;
  columns: number; // that are shown
  row: ResultRow;
  index: number;
  isOpen: boolean;
  isLinked: boolean; // a link led to this result: it is brought into view
  picks: number; // grows when the timeline leads to a result: it is brought into view again
  onToggle: () => void;
}

/** One result, and beneath it, when it is unfolded, what it carries. */
export function ResultRows({ uuid, columns, row, index, isOpen, isLinked, picks, onToggle }: Props) {
  const canOpen = row.status !== 'success' || row.attachments > 0;
  const place = useScrollTo(isLinked, picks);
  return (
    <Tbody isExpanded={isOpen && canOpen}>
      <Tr isContentExpanded={isOpen && canOpen} data-testid="result" data-status={row.status} ref={place}>
        {canOpen ? (
          <Td expand={{ rowIndex: index, isExpanded: isOpen, onToggle, expandId: 'result' }} />
        ) : (
          <Td aria-label="Nothing to unfold" />
        )}
        <Td modifier="nowrap">
          <StatusWord status={row.status} />
        </Td>
        <Td>
          <TestName name={row.test} />
          {row.attempt > 0 && <span className="gh-note"> attempt {row.attempt + 1}</span>}
          {row.attributes && <div className="gh-attributes">{row.attributes.split(',').join(', ')}</div>}
          {row.message && (
            <div className="gh-message">
              <PlainText text={row.message} />
            </div>
          )}
        </Td>
        <Td className="gh-number" modifier="nowrap">
          {formatSeconds(row.seconds)}
        </Td>
        <Td className="gh-number gh-from-lg" modifier="nowrap">
          {formatSeconds(row.offset)}
        </Td>
        <Td className="gh-from-lg" modifier="nowrap">
          {row.worker}
        </Td>
      </Tr>
      {isOpen && canOpen && (
        <Tr isExpanded>
          <Td colSpan={columns}>
            <ExpandableRowContent>
              {row.attachments > 0 ? (
                <Attachments uuid={uuid} test={row.test} attempt={row.attempt} />
              ) : (
                <p className="gh-note">This result carries no files{row.message ? '' : ' and no message'}.</p>
              )}
            </ExpandableRowContent>
          </Td>
        </Tr>
      )}
    </Tbody>
  );
}

/** Brings an element into view when the page opens with it, and at each pick; never else: later on the reader scrolls. */
function useScrollTo(isWanted: boolean, picks: number) {
  const place = useRef<HTMLTableRowElement>(null);
  const seen = useRef(isWanted ? -1 : picks);
  useEffect(() => {
    const isNew = seen.current !== picks;
    seen.current = picks;
    if (!isWanted || !isNew) return;
    // After the router has put the page where it was, or to the top.
    const timer = setTimeout(() => place.current?.scrollIntoView({ block: 'center' }));
    return () => clearTimeout(timer);
  }, [isWanted, picks]);
  return place;
}
