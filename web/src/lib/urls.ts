/** The address when it is a web address that may be linked to, else undefined: addresses come from outside. */
export function webAddress(address: string): string | undefined {
  if (!address) return undefined;
  try {
    const { protocol } = new URL(address);
    return protocol === 'https:' || protocol === 'http:' ? address : undefined;
  } catch {
    return undefined;
  }
}
