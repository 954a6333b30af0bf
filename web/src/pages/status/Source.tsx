import { Progress, ProgressSize } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { SourceStatus } from '../../api/types';
import { LevelMark } from '../../components/LevelMark';
import { Moment } from '../../components/Moment';
import { PlainText } from '../../components/PlainText';
import { formatCount, formatMoment, formatRate, formatSpan, plural } from '../../lib/format';
import { type Part, partsOf, STATE_LEVELS, stateWords } from '../../lib/sources';
import { useZone } from '../../lib/zone';

const FINISHED_SHOWN = 3; // back-fills; those under way are all shown

/** One source: how far it is listed, what became of its builds, and the periods of the past that are being fetched. */
export function Source({ source, now }: { source: SourceStatus; now: string }) {
  const { name, kind, state, error, failing_since, mqtt_error } = source;
  return (
    <section className="gh-source" aria-label={`Source ${name}`} data-testid="source">
      <div className="gh-source-heading">
        <h3>{name}</h3>
        <span className="gh-note">{kind}</span>
        <span className="gh-source-state" data-testid="source-state">
          {state !== 'left' && <LevelMark level={STATE_LEVELS[state]} />} {stateWords(source)}
          {failing_since && (
            <>
              {' '}
              since <Moment at={failing_since} />
            </>
          )}
        </span>
      </div>
      {error && (
        <p className="gh-source-error" data-testid="source-error">
          <PlainText text={error} />
        </p>
      )}
      {mqtt_error && (
        <p className="gh-source-error" data-testid="mqtt-error">
          No messages (MQTT): <PlainText text={mqtt_error} />
        </p>
      )}
      <Builds source={source} />
      <SourceFacts source={source} now={now} />
      <Backfills source={source} />
    </section>
  );
}

function Builds({ source }: { source: SourceStatus }) {
  const parts = partsOf(source);
  if (parts.length === 0) return <p className="gh-note">No build of it is known yet.</p>;
  const share = ({ builds }: Part) => builds / source.known;
  return (
    <>
      <p>
        <b data-testid="source-known">{plural(source.known, 'build')} known</b>, {formatCount(source.fetched)} fetched
      </p>
      {/* The list below says the same in words. */}
      <div className="gh-bar gh-bar-wide" aria-hidden="true">
        {parts.map((part) => (
          <span
            key={part.words}
            className={`gh-part-${part.tone}`}
            style={{ flexGrow: share(part) }}
            title={`${part.words}: ${formatCount(part.builds)}`}
          />
        ))}
      </div>
      <ul className="gh-parts" aria-label={`What became of the builds of ${source.name}`}>
        {parts.map((part) => (
          <li key={part.words} title={part.explained} data-testid="source-part">
            <span className={`gh-swatch gh-part-${part.tone}`} aria-hidden="true" /> {part.words}{' '}
            <b>{formatCount(part.builds)}</b> <span className="gh-note">{formatRate(share(part))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function SourceFacts({ source, now }: { source: SourceStatus; now: string }) {
  const { waiting, retrying, known, fetched } = source;
  const again = waiting - (known - fetched);
  const waits = [
    again > 0 && `${formatCount(again)} to be fetched again`,
    retrying > 0 && `${formatCount(retrying)} tried without success`,
    source.oldest_waiting_at && `the oldest ended ${spanSince(source.oldest_waiting_at, now)} ago`,
  ].filter(Boolean);
  return (
    <dl className="gh-facts">
      <Fact name="Listed until">
        {source.listed_until ? (
          <>
            <Moment at={source.listed_until} seconds /> <span className="gh-note">all that ended before is known</span>
          </>
        ) : (
          <span className="gh-note">not to its end yet</span>
        )}
      </Fact>
      {source.polled_at && (
        <Fact name="Last polled">
          <Moment at={source.polled_at} relative />{' '}
          {source.poll_seconds !== null && (
            <span className="gh-note">every {formatSpanOrSeconds(source.poll_seconds)}</span>
          )}
        </Fact>
      )}
      {source.newest_ended_at && (
        <Fact name="Newest build">
          ended <Moment at={source.newest_ended_at} relative />
        </Fact>
      )}
      {source.mqtt_at && (
        <Fact name="Last message">
          <Moment at={source.mqtt_at} relative /> <span className="gh-note">MQTT</span>
        </Fact>
      )}
      <Fact name="Waiting">
        {plural(waiting, 'build')} {waits.length > 0 && <span className="gh-note">{waits.join(', ')}</span>}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="gh-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Backfills({ source }: { source: SourceStatus }) {
  const zone = useZone();
  const open = source.backfills.filter(({ finished_at }) => !finished_at);
  const finished = source.backfills.filter(({ finished_at }) => finished_at).slice(-FINISHED_SHOWN);
  if (open.length + finished.length === 0) return null;
  return (
    <ul className="gh-backfills" aria-label={`Back-fills of ${source.name}`}>
      {[...finished, ...open].map(({ since, until, done, builds, untried, error, listed_at, finished_at }) => {
        const period = `${formatMoment(new Date(since), zone)} – ${formatMoment(new Date(until), zone)}`;
        return (
          <li key={`${since} ${until}`} data-testid="backfill">
            <Progress
              title={`Back-fill ${period}`}
              value={Math.floor(done * 100)}
              label={finished_at ? 'done' : listed_at ? 'listed' : formatRate(done)}
              size={ProgressSize.sm}
              variant={finished_at ? 'success' : undefined}
            />
            <span className="gh-note">
              {plural(builds, 'build')}
              {!finished_at && !listed_at && ' so far'}
              {!finished_at && untried > 0 && `, ${formatCount(untried)} not tried yet`}
            </span>
            {error && !finished_at && (
              <p className="gh-source-error" data-testid="backfill-error">
                <PlainText text={error} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function spanSince(moment: string, now: string): string {
  return formatSpan(Math.max(0, Date.parse(now) - Date.parse(moment)) / 1000);
}

function formatSpanOrSeconds(seconds: number): string {
  return seconds < 90 ? plural(Math.round(seconds), 'second') : formatSpan(seconds);
}
