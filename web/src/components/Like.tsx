/** Holds the room of a text that is waited for: one of its length (x for each digit), unseen, so that nothing moves when it comes. */
export function Like({ children }: { children: string }) {
  return (
    <span className="gh-like" aria-hidden="true">
      {children}
    </span>
  );
}
