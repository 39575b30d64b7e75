const themes = all(".themes input"); // the buttons store the chosen theme
function checkTheme() {
  for (const input of themes) input.checked = input.value === (document.documentElement.dataset.theme ?? "system");
}
checkTheme();
for (const input of themes)
  input.onchange = () => {
    document.documentElement.dataset.theme = input.value;
    try { localStorage.setItem("theme", input.value); } catch {}
  };
addEventListener("pageshow", () => { // also when Back returns from a page on which another theme was chosen
  useStoredTheme();
  checkTheme();
});
