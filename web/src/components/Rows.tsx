import { Skeleton } from '@patternfly/react-core';

/** Stands where a table's rows will be, and is as high as they are. */
export function Rows({ count, label }: { count: number; label: string }) {
  return (
    <div className="gh-rows" aria-busy="true">
      {Array.from({ length: count }, (_, i) => (
        <Skeleton
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
          key={i}
          height="1.25rem"
          width={`${92 - ((i * 7) % 23)}%`}
          screenreaderText={i === 0 ? `Loading ${label}` : undefined}
        />
      ))}
    </div>
  );
}
