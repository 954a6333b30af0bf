/** The colours of the charts: app.css holds them for light and dark; a canvas must be told them. */

export interface Palette {
  passed: string;
  failed: string;
  infra: string;
  ignored: string;
  text: string;
  line: string;
  font: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--gh-${name}`).trim();
  return {
    passed: colour('passed'),
    failed: colour('failed'),
    infra: colour('infra'),
    ignored: colour('ignored'),
    text: colour('chart-text'),
    line: colour('chart-line'),
    font: getComputedStyle(document.body).fontFamily,
  };
}
