import { Skeleton } from '@patternfly/react-core';

const HEIGHTS = { 1: '1.25rem', 2: '2.25rem' };

interface Props {
  count: number;
  label: string;
  lines?: 1 | 2; // that a row mostly has
}

/** Stands where a table's rows will be, and is as high as they are. */
export function Rows({ count, label, lines = 1 }: Props) {
  return (
    <div className="gh-rows" aria-busy="true">
      {Array.from({ length: count }, (_, i) => (
        <Skeleton
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
          key={i}
          height={HEIGHTS[lines]}
          width={`${92 - ((i * 7) % 23)}%`}
          screenreaderText={i === 0 ? `Loading ${label}` : undefined}
        />
      ))}
    </div>
  );
}
