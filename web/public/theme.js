// Before the first paint, so that a dark page never flashes white. src/lib/theme.ts does the same later on.
// A file of its own because the pages' content security policy allows no script inside a page.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('gatehealth-theme');
  } catch {}
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  // The second class is the one that Swagger UI knows.
  for (const name of ['pf-v6-theme-dark', 'dark-mode']) document.documentElement.classList.toggle(name, dark);
})();
