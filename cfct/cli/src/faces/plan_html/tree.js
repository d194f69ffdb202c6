// The tree. Only what is unfolded is in the document, and of long lists only their beginning, so that ten
// thousand accounts cost nothing until somebody looks at them.

/** How many children of a unit are shown at first, and how many more at a time. */
const CHUNK = 100;
/** How far a search unfolds by itself, in rows. */
const UNFOLDED_ROWS = 250;
/** Organizations of this size start unfolded. */
const SMALL = 60;

const state = {
  query: "",
  show: "all",
  only: null,
  open: new Map(),
  shown: new Map(),
  unfold: null,
  selected: null,
  focused: `u${ROOT}`,
};
let counts = allCounts;
let visible = null;

const searchable = (...texts) => texts.join("\n").toLowerCase();

/** Which accounts and units the filter lets through; `null` where there is none. */
function filtered() {
  const query = state.query.trim().toLowerCase();
  if (query === "" && state.show === "all" && state.only === null) return null;
  const changed = (numbers, at) =>
    (state.show === "removals" ? numbers.removed[at] : KINDS.some(({ key }) => numbers[key][at])) > 0;
  const kinds = (of) => Object.fromEntries(KINDS.map(({ key }) => [key, counts[key][of]]));
  const [ofAccounts, ofUnits] = [kinds("accounts"), kinds("units")];
  const passes = (account) => (state.show === "all" && state.only === null) || changed(ofAccounts, account);
  const found = {
    accounts: new Uint8Array(accountCount),
    units: new Uint8Array(unitCount),
    count: 0,
    unitCount: 0,
  };
  const named = new Uint8Array(unitCount);
  for (const unit of [...bottomUp].reverse()) {
    const parent = parentOf(unit);
    const path = unit === ROOT || unit === OUTSIDE ? unitName(unit) : pathOf(unit);
    named[unit] =
      query !== "" &&
      ((parent !== null && named[parent]) || searchable(unitName(unit), unitId(unit), path).includes(query))
        ? 1
        : 0;
  }
  for (const unit of bottomUp) {
    const isOpen = query === "" || named[unit] === 1;
    for (const account of inside[unit]) {
      if (!passes(account)) continue;
      if (!isOpen && !searchable(accounts.names[account], accounts.ids[account]).includes(query)) continue;
      found.accounts[account] = 1;
      found.units[unit] = 1;
      found.count += 1;
    }
    const isItself =
      state.show === "all" && state.only === null
        ? named[unit] === 1
        : isOpen && state.show === "changes" && state.only === null && attached.has(unitId(unit));
    if (isItself || (isOpen && changed(ofUnits, unit))) found.units[unit] = 1;
    if (isItself) found.unitCount += 1;
    if (children[unit].some((child) => found.units[child])) found.units[unit] = 1;
  }
  return found;
}

function refilter() {
  counts = state.only === null ? allCounts : count([state.only]);
  visible = filtered();
  state.open.clear();
  state.shown.clear();
  state.unfold = null;
  renderTree();
  remember();
}

/** The rows of the tree as it is unfolded: `{key, level, position, size, unit | account | more}`. */
function rows() {
  const found = [];
  const isVisible = (unit) => visible === null || visible.units[unit] === 1;
  const add = (unit, level, position, size) => {
    const units = children[unit]?.filter(isVisible) ?? [];
    const list =
      visible === null ? inside[unit] : inside[unit].filter((account) => visible.accounts[account] === 1);
    const key = `u${unit}`;
    const total = units.length + list.length;
    const row = {
      key,
      level,
      position,
      size,
      unit,
      isLeaf: total === 0,
      isOpen: total > 0 && isUnfolded(key, level, found.length),
    };
    found.push(row);
    if (!row.isOpen || level > 20) return;
    const most = state.shown.get(key) ?? CHUNK;
    // Accounts come first: the unit's own are few, and would drown behind its units.
    for (let at = 0; at < Math.min(total, most); at += 1) {
      if (at < list.length)
        found.push({
          key: `a${list[at]}`,
          level: level + 1,
          position: at + 1,
          size: total,
          account: list[at],
        });
      else add(units[at - list.length], level + 1, at + 1, total);
    }
    if (total > most)
      found.push({
        key: `m${unit}`,
        level: level + 1,
        position: most + 1,
        size: total,
        more: unit,
        left: total - most,
      });
  };
  const shownTops = tops.filter(isVisible);
  shownTops.forEach((unit, at) => add(unit, 1, at + 1, shownTops.length));
  return found;
}

function isUnfolded(key, level, rowsSoFar) {
  const asked = state.open.get(key);
  if (asked !== undefined) return asked;
  if (state.unfold !== null) return state.unfold && rowsSoFar < UNFOLDED_ROWS * 4;
  if (visible !== null) return rowsSoFar < UNFOLDED_ROWS;
  return level === 1 || accountCount + unitCount <= SMALL;
}

let current = [];

function renderTree() {
  current = rows();
  if (!current.some((row) => row.key === state.focused)) state.focused = current[0]?.key ?? null;
  byId("tree").replaceChildren(...current.map(renderRow));
  const told =
    visible === null
      ? ""
      : visible.count + visible.unitCount === 0
        ? "Nothing matches."
        : `${plural(visible.count, "account")}${visible.unitCount > 0 ? ` and ${plural(visible.unitCount, "unit")}` : ""} of ${accountCount.toLocaleString("en")} accounts`;
  byId("matches").textContent = told;
  const filter = byId("filter");
  filter.hidden = state.only === null;
  if (state.only !== null) {
    filter.replaceChildren(
      `Only what ${state.only.resource ?? state.only.name} changes. `,
      link("Show everything", () => {
        state.only = null;
        refilter();
      }),
    );
  }
}

function renderRow(row) {
  const attributes = {
    role: "treeitem",
    id: row.key,
    class: row.unit !== undefined ? "unit" : row.account !== undefined ? "account" : "rest",
    "aria-level": row.level,
    "aria-posinset": row.position,
    "aria-setsize": row.size,
    "aria-expanded": row.unit !== undefined && !row.isLeaf ? String(row.isOpen) : null,
    "aria-selected": String(row.key === state.selected),
    tabindex: row.key === state.focused ? "0" : "-1",
  };
  if (row.more !== undefined)
    return element(
      "div",
      attributes,
      `${Math.min(CHUNK, row.left)} more of ${row.left.toLocaleString("en")}`,
    );
  return row.unit !== undefined ? unitRow(row.unit, attributes) : accountRow(row.account, attributes);
}

function unitRow(unit, attributes) {
  const numbers = Object.fromEntries(KINDS.map(({ key }) => [key, counts[key].units[unit]]));
  const policies = attached.get(unitId(unit)) ?? 0;
  return element(
    "div",
    attributes,
    element("span", { class: "twist", "aria-hidden": "true" }),
    element("span", { class: "name" }, unitName(unit)),
    element("span", { class: "about" }, plural(accountTotals[unit], "account")),
    element(
      "span",
      { class: "badges" },
      policies > 0 &&
        element("span", { class: "badge policy" }, `+${policies} ${policies === 1 ? "policy" : "policies"}`),
      badges(numbers),
    ),
  );
}

function accountRow(account, attributes) {
  const numbers = Object.fromEntries(KINDS.map(({ key }) => [key, counts[key].accounts[account]]));
  const status =
    accounts.statuses[account] ?? (account === accounts.management ? "management account" : null);
  return element(
    "div",
    attributes,
    element("span", { class: "name" }, accountName(account)),
    element(
      "span",
      { class: "about" },
      accounts.names[account] ? `${accounts.ids[account]} ` : "",
      status && element("span", { class: "tag quiet" }, status),
    ),
    element("span", { class: "badges" }, badges(numbers)),
  );
}

function focusRow(key) {
  byId(state.focused)?.setAttribute("tabindex", "-1");
  state.focused = key;
  const row = byId(key);
  row?.setAttribute("tabindex", "0");
  row?.focus();
}

function select(key) {
  byId(state.selected)?.setAttribute("aria-selected", "false");
  state.selected = key;
  byId(key)?.setAttribute("aria-selected", "true");
  remember();
}

function fold(key, isOpen) {
  state.open.set(key, isOpen);
  renderTree();
  focusRow(key);
}

function showMore(unit) {
  const key = `u${unit}`;
  const most = state.shown.get(key) ?? CHUNK;
  const next = current.findIndex((row) => row.key === `m${unit}`);
  state.shown.set(key, most + CHUNK);
  renderTree();
  if (current[next]) focusRow(current[next].key);
}

/** Unfolds what an account stands in, so that its row is there. */
function reveal(account) {
  for (const unit of above(accountUnit(account))) {
    const key = `u${unit}`;
    state.open.set(key, true);
    const among = inside[unit].indexOf(account);
    if (among >= CHUNK) state.shown.set(key, among + 1);
  }
  renderTree();
}

/** What a click or Enter does to a row. */
function act(row) {
  if (row.more !== undefined) showMore(row.more);
  else if (row.account !== undefined) showAccount(row.account);
  else showUnit(row.unit);
}

function onTreeClick(event) {
  const line = event.target.closest("[role=treeitem]");
  const row = line && current.find((row) => row.key === line.id);
  if (!row) return;
  if (row.unit !== undefined && !row.isLeaf && !event.target.closest(".about, .badges")) {
    fold(row.key, !row.isOpen);
    if (!event.target.closest(".twist")) showUnit(row.unit);
    return;
  }
  focusRow(row.key);
  act(row);
}

/** The keys of a tree as the ARIA Authoring Practices Guide has them. */
function onTreeKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = current.findIndex((row) => row.key === state.focused);
  const row = current[at];
  if (!row) return;
  const go = (index) => current[index] && focusRow(current[index].key);
  const parent = () => {
    for (let up = at - 1; up >= 0; up -= 1) if (current[up].level < row.level) return up;
    return at;
  };
  const isUnit = row.unit !== undefined && !row.isLeaf;
  const keys = {
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(current.length - 1),
    ArrowRight: () => (isUnit && !row.isOpen ? fold(row.key, true) : isUnit && go(at + 1)),
    ArrowLeft: () => (isUnit && row.isOpen ? fold(row.key, false) : go(parent())),
    Enter: () => act(row),
    " ": () => (isUnit ? fold(row.key, !row.isOpen) : act(row)),
    "*": () => {
      for (const other of current)
        if (other.unit !== undefined && other.level === row.level) state.open.set(other.key, true);
      renderTree();
      focusRow(row.key);
    },
  };
  if (keys[event.key]) {
    keys[event.key]();
    event.preventDefault();
  } else if (event.key.length === 1 && event.key !== "/") {
    const begins = (other) =>
      byId(other.key)?.querySelector(".name")?.textContent.toLowerCase().startsWith(event.key.toLowerCase());
    const next = [...current.slice(at + 1), ...current.slice(0, at)].find(begins);
    if (next) focusRow(next.key);
  }
}
