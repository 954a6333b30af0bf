import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { Choice } from '../../components/Choice';
import { isTree, LIMITS, type TestsView } from './useTests';

/** Whether all tests are listed, or one level of the tree of their names. */
export function TabChoice({ own, update }: TestsView) {
  const asTree = isTree(own);
  return (
    <ToggleGroup aria-label="Show" isCompact>
      <ToggleGroupItem
        text="All tests"
        isSelected={!asTree}
        onChange={() => asTree && update({ tab: 'list', prefix: '', offset: 0 })}
      />
      <ToggleGroupItem
        text="By prefix"
        isSelected={asTree}
        onChange={() => !asTree && update({ tab: 'tree', contains: '', q: '', regex: false, offset: 0 })}
      />
    </ToggleGroup>
  );
}

/** How many rows a page of the table has; nothing where all rows fit on the shortest. */
export function LimitChoice({ own, update, total }: TestsView & { total: number | undefined }) {
  if (total === undefined || (total <= LIMITS[0] && own.limit === LIMITS[0])) return null;
  return (
    <Choice
      name="Rows"
      shown={String(own.limit)}
      value={String(own.limit)}
      options={LIMITS.map((limit) => ({ value: String(limit), label: String(limit) }))}
      onChoose={(limit) => update({ limit: Number(limit), offset: 0 })}
    />
  );
}
