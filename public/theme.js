// Sets the theme before the first paint: the one chosen last, or the system's.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('pagewalk.theme');
  } catch (e) {
    // Nothing is kept here; the system's theme it is.
  }
  var dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = choice === 'dark' || choice === 'light' ? choice : dark ? 'dark' : 'light';
})();
