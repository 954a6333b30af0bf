/** A chart's tooltip, built as elements: nothing in it is ever read as HTML. */

export interface TooltipLine {
  label: string;
  value: string;
  colour?: string;
}

export function tooltipElement(title: string, lines: readonly TooltipLine[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'gh-tooltip';
  box.append(element('div', 'gh-tooltip-title', title));
  for (const { label, value, colour } of lines) {
    const line = element('div', 'gh-tooltip-line', '');
    const swatch = element('span', 'gh-swatch', '');
    swatch.style.background = colour ?? 'transparent';
    line.append(swatch, element('span', '', label), element('span', 'gh-tooltip-value', value));
    box.append(line);
  }
  return box;
}

function element(name: string, className: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
