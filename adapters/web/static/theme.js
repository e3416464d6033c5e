// The colours: the system's, or the person's choice. Loaded before the page is drawn, so that nothing flashes.
"use strict";

const resyncTheme = (() => {
  const key = "resync.theme";
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : null;
  }

  function apply() {
    const choice = chosen();
    if (choice) {
      document.documentElement.dataset.theme = choice;
    } else {
      delete document.documentElement.dataset.theme;
    }
  }

  function isDark() {
    return (chosen() ?? (system.matches ? "dark" : "light")) === "dark";
  }

  // Back to the system's colours where the choice agrees with them, so that the page follows the evening again.
  function toggle() {
    const next = isDark() ? "light" : "dark";
    if ((next === "dark") === system.matches) {
      localStorage.removeItem(key);
    } else {
      localStorage.setItem(key, next);
    }
    apply();
  }

  apply();
  return { isDark, toggle };
})();
globalThis.resyncTheme = resyncTheme;
