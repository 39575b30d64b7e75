const all = (selector, root = document) => [...root.querySelectorAll(selector)]; // for all scripts of the page

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // http: pages have no clipboard API
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
const copied = document.getElementById("page-copied"); // an invisible text, which screen readers read out
function addCopyButton(box, getText, label = "Copy", ariaLabel = label) {
  const button = Object.assign(document.createElement("button"), { className: "copy", textContent: label, ariaLabel });
  if (box.matches(".listing")) box.prepend(button); // where it can stick to the top
  else box.append(button);
  button.onclick = async () => {
    await copy(getText());
    button.focus(); // copying may have moved the focus
    button.style.minWidth = button.offsetWidth + "px"; // the other buttons stay where they are
    button.textContent = copied.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
      copied.textContent = "";
    }, 2000);
  };
}
for (const code of all(".listing > pre")) addCopyButton(code.parentElement, () => code.textContent, "Copy", "Copy " + code.parentElement.dataset.name);
