import { useQuery } from '@tanstack/react-query';
import { attachmentsQuery } from '../api/queries';
import type { Attachment } from '../api/types';
import { formatBytes } from '../lib/format';
import { CopyButton } from './CopyButton';
import { ErrorState } from './ErrorState';
import { Rows } from './Rows';
import { TextBlock } from './TextBlock';

interface Props {
  uuid: string;
  test?: string; // none: the files of the run itself
  attempt?: number;
}

/** The files of one result, or of the run itself, each under its name. */
export function Attachments({ uuid, test, attempt }: Props) {
  const { data, error, refetch } = useQuery(attachmentsQuery(uuid, test, attempt));
  if (error) return <ErrorState what="The files" error={error} onRetry={() => refetch()} />;
  if (!data) return <Rows count={5} label="the files" />;
  if (data.attachments.length === 0) return <p className="gh-note">No files are kept of this result.</p>;
  return data.attachments.map((attachment, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the order never changes
    <File key={i} file={attachment} />
  ));
}

function File({ file }: { file: Attachment }) {
  const size = formatBytes(file.bytes);
  return (
    <section className="gh-file" aria-label={file.name} data-testid="attachment">
      <div className="gh-file-heading">
        <h3>
          {file.name} <span className="gh-note">{file.text === null ? `${file.mime_type}, ${size}` : size}</span>
        </h3>
        {file.text && <CopyButton text={file.text} name={file.name} />}
      </div>
      {file.text === null ? (
        <p className="gh-note">Not text, so it is not shown.</p>
      ) : file.text.trim() === '' ? (
        <p className="gh-note">Empty.</p>
      ) : (
        <TextBlock text={file.text} name={file.name} />
      )}
      {file.cut && file.text !== null && (
        <p className="gh-cut" data-testid="cut">
          Cut at {formatBytes(new TextEncoder().encode(file.text).length)} of {size}: the rest was not kept.
        </p>
      )}
    </section>
  );
}
