// The page as a whole: its address, its keys, its start.

/** Keeps search, filter and selection in the address, so that a view can be passed on. */
function remember() {
  const kept = new URLSearchParams();
  if (state.query) kept.set("q", state.query);
  if (state.show !== "all") kept.set("show", state.show);
  if (state.only !== null) kept.set("stack-set", state.only.name);
  if (state.selected?.startsWith("a")) kept.set("account", accounts.ids[Number(state.selected.slice(1))]);
  try {
    history.replaceState(null, "", `#${kept}`);
  } catch {
    // A page that may not change its address does without.
  }
}

function recall() {
  const kept = new URLSearchParams(location.hash.slice(1));
  state.query = kept.get("q") ?? "";
  state.show = ["changes", "removals"].includes(kept.get("show")) ? kept.get("show") : "all";
  state.only = everything.find((item) => item.name === kept.get("stack-set")) ?? null;
  byId("search").value = state.query;
  document.querySelector(`input[name=show][value=${state.show}]`).checked = true;
  const account = accounts.ids.indexOf(kept.get("account"));
  refilter();
  if (account >= 0) openAccount(account);
}

function openAccount(account) {
  reveal(account);
  showAccount(account);
}

function onPageKey(event) {
  const isWriting = event.target.closest("input[type=search]");
  if (event.key === "/" && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
    byId("search").focus();
    byId("search").select();
    event.preventDefault();
  } else if (event.key === "Escape") {
    if (isWriting && state.query !== "") {
      byId("search").value = "";
      search();
    } else if (!byId("details").hidden) {
      closeDetails();
      focusRow(state.focused);
    }
  } else if (isWriting && (event.key === "ArrowDown" || event.key === "Enter")) {
    focusRow(state.focused);
    event.preventDefault();
  }
}

function search() {
  state.query = byId("search").value;
  refilter();
}

function unfoldAll(isOpen) {
  state.open.clear();
  state.unfold = isOpen;
  if (!isOpen) tops.forEach((unit) => state.open.set(`u${unit}`, false));
  renderTree();
}

function start() {
  renderSummary();
  renderWarnings();
  renderTables();
  recall();
  byId("search").addEventListener("input", search);
  byId("show").addEventListener("change", (event) => {
    state.show = event.target.value;
    refilter();
  });
  byId("unfold").addEventListener("click", () => unfoldAll(true));
  byId("fold").addEventListener("click", () => unfoldAll(false));
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    focusRow(state.focused);
  });
  byId("tree").addEventListener("click", onTreeClick);
  byId("tree").addEventListener("keydown", onTreeKey);
  document.addEventListener("keydown", onPageKey);
  window.addEventListener("hashchange", recall);
  window.addEventListener("beforeprint", () => unfoldAll(true));
  // How long the first view took, in milliseconds since the page was asked for; the tests report it.
  document.documentElement.dataset.rendered = String(Math.round(performance.now()));
}

start();
