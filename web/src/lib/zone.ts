/** The zone that times are shown in: the viewer's own, or UTC. A URL can say it; else the viewer's last choice holds. */
import { createContext, useContext } from 'react';

export type Zone = 'local' | 'utc';

const STORED_AS = 'gatehealth-zone';

export function readZone(text: string | null): Zone | undefined {
  return text === 'local' || text === 'utc' ? text : undefined;
}

export function storedZone(): Zone {
  try {
    return readZone(localStorage.getItem(STORED_AS)) ?? 'local';
  } catch {
    return 'local'; // storage can be switched off
  }
}

export function storeZone(zone: Zone): void {
  try {
    localStorage.setItem(STORED_AS, zone);
  } catch {
    // The URL still says it.
  }
}

/** The frame provides it, so that thousands of moments on a page need not each read the URL. */
export const ZoneContext = createContext<Zone>('local');

export function useZone(): Zone {
  return useContext(ZoneContext);
}
