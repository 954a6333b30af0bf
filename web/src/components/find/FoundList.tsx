import CodeBranchIcon from '@patternfly/react-icons/dist/dynamic/icons/code-branch-icon';
import CogIcon from '@patternfly/react-icons/dist/dynamic/icons/cog-icon';
import FolderIcon from '@patternfly/react-icons/dist/dynamic/icons/folder-icon';
import PlayCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/play-circle-icon';
import VialIcon from '@patternfly/react-icons/dist/dynamic/icons/vial-icon';
import { Link } from 'react-router';
import { formatCount } from '../../lib/format';
import type { Kind, Place, Section } from '../../lib/found';
import { Moment } from '../Moment';
import { TestName } from '../TestName';

const ICONS: Record<Kind, typeof CogIcon> = {
  job: CogIcon,
  project: FolderIcon,
  test: VialIcon,
  change: CodeBranchIcon,
  run: PlayCircleIcon,
};

interface Props {
  id: string; // of the dialog's parts
  sections: readonly Section[];
  active: number; // counted over all sections
  q: string; // marked in the names
  linkOf: (place: Place) => string;
  onActive: (at: number) => void;
  onOpen: (place: Place) => void;
}

/** The places that were found. The focus stays in the field: the arrow keys move what is active. */
export function FoundList({ id, sections, active, q, linkOf, onActive, onOpen }: Props) {
  let at = -1;
  return (
    <div id={`${id}-list`} role="listbox" aria-label="Found" tabIndex={-1}>
      {sections.map(({ title, places, left }) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
        <div key={title} role="group" aria-label={title}>
          <div className="gh-find-title" aria-hidden="true">
            {title}
            {left > 0 && <span className="gh-note">{formatCount(left)} more: type on</span>}
          </div>
          {places.map((place) => {
            at += 1;
            const index = at;
            return (
              <Option
                key={place.to}
                id={`${id}-${index}`}
                place={place}
                isActive={index === active}
                q={q}
                to={linkOf(place)}
                onActive={() => onActive(index)}
                onOpen={() => onOpen(place)}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}

interface OptionProps {
  id: string;
  place: Place;
  isActive: boolean;
  q: string;
  to: string;
  onActive: () => void;
  onOpen: () => void;
}

/** A link, so that it also opens in a new tab. */
function Option({ id, place, isActive, q, to, onActive, onOpen }: OptionProps) {
  const Icon = ICONS[place.kind];
  return (
    <Link
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      to={to}
      className="gh-find-option"
      onMouseMove={isActive ? undefined : onActive}
      onClick={(event) => {
        // With one of these the browser opens it elsewhere, and this page stays.
        if (!(event.ctrlKey || event.metaKey || event.shiftKey)) onOpen();
      }}
    >
      <Icon aria-hidden="true" />
      <span className="gh-find-name">
        <Marked text={place.name} q={q} />
        {place.note && <span className="gh-note"> {place.note}</span>}
      </span>
      <span className="gh-note gh-nowrap">{place.at ? <Moment at={place.at} relative /> : null}</span>
    </Link>
  );
}

/** The text with what was typed marked in it, once. */
function Marked({ text, q }: { text: string; q: string }) {
  const from = q ? text.toLowerCase().indexOf(q.toLowerCase()) : -1;
  // Characters whose small form is longer would shift the mark.
  if (from < 0 || text.toLowerCase().length !== text.length) return <TestName name={text} />;
  return (
    <>
      <TestName name={text.slice(0, from)} />
      <mark>
        <TestName name={text.slice(from, from + q.length)} />
      </mark>
      <TestName name={text.slice(from + q.length)} />
    </>
  );
}
