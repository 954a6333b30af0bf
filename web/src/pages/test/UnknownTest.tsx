import {
  Button,
  EmptyState,
  EmptyStateBody,
  EmptyStateFooter,
  InputGroup,
  InputGroupItem,
  TextInput,
} from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { Panel } from '../../components/Panel';
import { testsPath } from '../../lib/paths';
import { useLinkTo } from '../../lib/useView';

/** Stands in the page's place when nobody has seen the test, and offers to look for it. */
export function UnknownTest({ test }: { test: string }) {
  const [pattern, setPattern] = useState(() => searchFor(test));
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const search = (event: FormEvent) => {
    event.preventDefault();
    navigate(linkTo(testsPath(), { q: pattern || undefined }));
  };
  return (
    <Panel title="Results" testId="unknown-test">
      <EmptyState
        titleText={test ? 'This test is not known' : 'No test is named'}
        headingLevel="h3"
        icon={SearchIcon}
        variant="sm"
      >
        <EmptyStateBody>
          {test
            ? 'No run ever had a result of a test of this name. It may have been renamed, or the name was cut off.'
            : 'The address of a test’s page ends with its name.'}
        </EmptyStateBody>
        <EmptyStateFooter>
          <form onSubmit={search} className="gh-test-search">
            <InputGroup>
              <InputGroupItem isFill>
                <TextInput
                  aria-label="Search all tests (regex)"
                  placeholder="Part of a name (regex)"
                  value={pattern}
                  onChange={(_event, value) => setPattern(value)}
                />
              </InputGroupItem>
              <InputGroupItem>
                <Button type="submit" variant="primary">
                  Search tests
                </Button>
              </InputGroupItem>
            </InputGroup>
          </form>
        </EmptyStateFooter>
      </EmptyState>
    </Panel>
  );
}

/** The last word of the name: what remains of a test that was moved. */
function searchFor(test: string): string {
  return test.match(/\w+/g)?.findLast((word) => word.length > 2) ?? '';
}
