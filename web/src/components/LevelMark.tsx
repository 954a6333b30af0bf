import CheckCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/check-circle-icon';
import ExclamationCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/exclamation-circle-icon';
import ExclamationTriangleIcon from '@patternfly/react-icons/dist/dynamic/icons/exclamation-triangle-icon';
import InfoCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/info-circle-icon';
import { LEVELS, type Level } from '../lib/threshold';

const ICONS = {
  danger: ExclamationCircleIcon,
  warning: ExclamationTriangleIcon,
  info: InfoCircleIcon,
  success: CheckCircleIcon,
};

export function LevelMark({ level }: { level: Level }) {
  const Icon = ICONS[level];
  return <Icon className={`gh-level-icon gh-level-icon-${level}`} aria-hidden="true" />;
}

/** What the marks and tints of rows mean. */
export function LevelLegend() {
  return (
    <ul className="gh-level-legend" aria-label="Meaning of the marks: failure rate">
      <li>Failure rate:</li>
      {LEVELS.map(({ level, label }) => (
        <li key={level}>
          <LevelMark level={level} /> {label}
        </li>
      ))}
    </ul>
  );
}
