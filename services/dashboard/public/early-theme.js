// Before the first paint: the theme chosen last time, so that a dark screen never flashes white.
(function () {
  try {
    var chosen = localStorage.getItem('wattmesh.theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {
    document.documentElement.dataset.theme = 'light';
  }
})();
