import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import EllipsisVIcon from '@patternfly/react-icons/dist/dynamic/icons/ellipsis-v-icon';
import { useState } from 'react';
import { csvOf, type DataColumn, fileNameOf, jsonOf, saveFile } from '../lib/dataFile';

interface Props {
  title: string;
  file: string;
  columns: readonly DataColumn[];
  isTable: boolean;
  onTable: () => void;
}

/** What can be done with a chart's data. */
export function ChartMenu({ title, file, columns, isTable, onTable }: Props) {
  const [isOpen, setOpen] = useState(false);
  const isEmpty = !columns[0]?.values.length;
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plain"
          size="sm"
          aria-label={`Data of the chart: ${title}`}
          icon={<EllipsisVIcon />}
          isExpanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        />
      )}
    >
      <DropdownList>
        <DropdownItem key="table" onClick={onTable}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </DropdownItem>
        <DropdownItem
          key="csv"
          isDisabled={isEmpty}
          onClick={() => saveFile(`${fileNameOf(file)}.csv`, 'text/csv', csvOf(columns))}
        >
          Download CSV
        </DropdownItem>
        <DropdownItem
          key="json"
          isDisabled={isEmpty}
          onClick={() => saveFile(`${fileNameOf(file)}.json`, 'application/json', jsonOf(columns))}
        >
          Download JSON
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
