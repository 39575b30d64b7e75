for (const input of all(".themes input")) { // the buttons store the chosen theme
  input.checked = input.value === (document.documentElement.dataset.theme ?? "system");
  input.onchange = () => {
    document.documentElement.dataset.theme = input.value;
    try { localStorage.setItem("theme", input.value); } catch {}
  };
}
