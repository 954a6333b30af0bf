/** A chart's or a table's data as a file: columns to CSV (RFC 4180) and JSON. */

export type DataValue = string | number | boolean | null;

export interface DataColumn {
  name: string;
  values: readonly DataValue[];
  isTime?: boolean; // RFC 3339; a table shows it in the page's zone
  show?: (value: DataValue) => string; // how a person reads it; files hold the value itself
}

export function csvOf(columns: readonly DataColumn[]): string {
  const count = columns[0]?.values.length ?? 0;
  const lines = [columns.map(({ name }) => field(name))];
  for (let i = 0; i < count; i += 1) lines.push(columns.map(({ values }) => field(values[i] ?? null)));
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

/** An object of columns, as the API's series are. */
export function jsonOf(columns: readonly DataColumn[]): string {
  return `${JSON.stringify(Object.fromEntries(columns.map(({ name, values }) => [name, values])), null, 1)}\n`;
}

export function isNumeric({ values }: DataColumn): boolean {
  return (
    values.some((value) => typeof value === 'number') && values.every((one) => one === null || typeof one === 'number')
  );
}

/** A name for a file: "Failure rate" -> failure-rate. */
export function fileNameOf(title: string): string {
  return (
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}._]+/gu, '-')
      .replace(/^-|-$/g, '') || 'data'
  );
}

/** Hands a file to the browser to be saved. */
export function saveFile(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function field(value: DataValue): string {
  if (value === null) return '';
  // A spreadsheet takes a text that begins so for a formula; whoever can send runs could have it executed there. JSON has it as it is.
  const text = typeof value === 'string' && /^[=+@\t\r-]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
