/** What a chart must be told of the page around it: app.css's colours for light and dark, and the zone of its times. */
import type { Zone } from '../lib/zone';

export type Tone = 'passed' | 'failed' | 'skipped' | 'infra' | 'ignored' | 'incomplete';

export interface Palette extends Record<Tone, string> {
  accent: string; // points and lines that are neither good nor bad
  mean: string; // lines of means
  text: string;
  line: string; // axes and grid
  background: string;
  font: string;
}

export interface Look {
  palette: Palette;
  zone: Zone;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--gh-${name}`).trim();
  return {
    passed: colour('passed'),
    failed: colour('failed'),
    skipped: colour('skipped'),
    infra: colour('infra'),
    ignored: colour('ignored'),
    incomplete: colour('incomplete'),
    accent: colour('accent'),
    mean: colour('mean'),
    text: colour('chart-text'),
    line: colour('chart-line'),
    background: getComputedStyle(document.body).backgroundColor,
    font: getComputedStyle(document.body).fontFamily,
  };
}
