"use strict";

// The plan, and what follows from it. Accounts, units and Regions are numbers of the plan's tables; sets of
// accounts are decoded when they are first looked at.

const plan = JSON.parse(document.getElementById("plan").textContent);
const accounts = plan.accounts;
const accountCount = accounts.ids.length;
const ROOT = 0;
const OUTSIDE = plan.units.length;

const decoded = new Array(plan.sets.length);

/** The members of a set, ascending. */
function members(set) {
  return (decoded[set] ??=
    typeof plan.sets[set] === "string" ? ofBitmap(plan.sets[set]) : ofRuns(plan.sets[set]));
}

function ofRuns(runs) {
  const found = [];
  let at = 0;
  for (let index = 0; index < runs.length; index += 2) {
    at += runs[index];
    for (const end = at + runs[index + 1]; at < end; at += 1) found.push(at);
  }
  return found;
}

function ofBitmap(text) {
  const bytes = atob(text);
  const found = [];
  for (let index = 0; index < bytes.length; index += 1) {
    for (let left = bytes.charCodeAt(index); left !== 0; left &= left - 1) {
      found.push(index * 8 + 31 - Math.clz32(left & -left));
    }
  }
  return found;
}

function contains(set, account) {
  const list = members(set);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < account) low = middle + 1;
    else high = middle;
  }
  return list[low] === account;
}

/** The number of instances in rows. */
const instances = (rows) =>
  rows.reduce((sum, [set, regions]) => sum + members(set).length * regions.length, 0);

/** The Regions in which rows hold an account. */
function regionsOf(rows, account) {
  const found = new Set();
  for (const [set, regions] of rows) {
    if (contains(set, account)) regions.forEach((region) => found.add(region));
  }
  return [...found].sort((one, other) => one - other);
}

/** The accounts of rows. */
function accountsOf(rows) {
  const found = new Set();
  for (const [set] of rows) for (const account of members(set)) found.add(account);
  return found;
}

// What changes, by kind: how a node shows it, and in which words.
const KINDS = [
  { key: "removed", sign: "−", word: "removed" },
  { key: "created", sign: "+", word: "created" },
  { key: "updated", sign: "~", word: "updated" },
  { key: "holes", sign: "!", word: "not as they should be afterwards" },
];

const NO_ROWS = [];
for (const gone of plan.departures)
  Object.assign(gone, { created: NO_ROWS, updated: NO_ROWS, missing: NO_ROWS, extra: NO_ROWS });
const rowsOf = (item, kind) => (kind === "holes" ? [...item.missing, ...item.extra] : item[kind]);

// The tree: units below units, accounts in units. What is cut off from the root, and what is in no unit at
// all, stands beside the root.
const unitCount = plan.units.length + 1;
const children = Array.from({ length: unitCount }, () => []);
const inside = Array.from({ length: unitCount }, () => []);
const tops = [ROOT];
plan.units.forEach((unit, number) => {
  if (unit.parent !== null) children[unit.parent].push(number);
  else if (number !== ROOT) tops.push(number);
});
const collator = new Intl.Collator("en", { numeric: true });
const byName = (one, other) => collator.compare(one, other);
for (const list of children) list.sort((one, other) => byName(plan.units[one].name, plan.units[other].name));
for (let account = 0; account < accountCount; account += 1) {
  inside[accounts.units[account] < 0 ? OUTSIDE : accounts.units[account]].push(account);
}
if (inside[OUTSIDE].length > 0) tops.push(OUTSIDE);

/** The units, each after everything below it. A unit is met once, so that no circle can catch us. */
const bottomUp = (() => {
  const met = new Set();
  const order = [];
  const open = [...tops];
  while (open.length > 0) {
    const unit = open.pop();
    if (met.has(unit)) continue;
    met.add(unit);
    order.push(unit);
    open.push(...children[unit]);
  }
  return order.reverse();
})();

const parentOf = (unit) => (unit === OUTSIDE ? null : plan.units[unit].parent);
const unitName = (unit) => (unit === OUTSIDE ? "Not in the organization" : plan.units[unit].name);
const unitId = (unit) => (unit === OUTSIDE ? "" : plan.units[unit].id);
const accountUnit = (account) => (accounts.units[account] < 0 ? OUTSIDE : accounts.units[account]);
const accountName = (account) => accounts.names[account] || accounts.ids[account];

/** A unit and everything above it. */
function above(unit) {
  const path = [];
  for (let at = unit; at !== null && path.length < 20; at = parentOf(at)) path.push(at);
  return path;
}

/** The path of a unit as the manifest writes it. */
function pathOf(unit) {
  const names = above(unit)
    .filter((at) => at !== ROOT)
    .map(unitName);
  return names.length > 0 ? names.reverse().join(":") : unitName(unit);
}

const targetNames = new Map(plan.units.map((unit, number) => [unit.id, pathOf(number)]));
accounts.ids.forEach((id, account) => targetNames.set(id, accountName(account)));
/** The name of a root, unit or account by its id. */
const targetName = (id) => targetNames.get(id) ?? id;

/** Policies that come to a target, by its id. */
const attached = new Map();
for (const policy of plan.policies) {
  for (const id of policy.attach) attached.set(id, (attached.get(id) ?? 0) + 1);
}

/** What changes for each account and, summed, for each unit, in the given stack sets. */
function count(items) {
  const found = {};
  for (const { key } of KINDS) {
    const ofAccounts = new Uint32Array(accountCount);
    for (const item of items) {
      for (const [set, regions] of rowsOf(item, key)) {
        for (const account of members(set)) ofAccounts[account] += regions.length;
      }
    }
    found[key] = { accounts: ofAccounts, units: sums(ofAccounts) };
  }
  return found;
}

function sums(ofAccounts) {
  const ofUnits = new Float64Array(unitCount);
  for (const unit of bottomUp) {
    for (const account of inside[unit]) ofUnits[unit] += ofAccounts[account];
    for (const child of children[unit]) ofUnits[unit] += ofUnits[child];
  }
  return ofUnits;
}

const everything = [...plan.departures, ...plan.stack_sets];
const allCounts = count(everything);
const accountTotals = sums(new Uint32Array(accountCount).fill(1));

/** Why an account loses instances of a stack set. */
function whyRemoved(item, account) {
  if (item.wanted === undefined) return "the manifest does not name the stack set";
  if (contains(item.wanted[0], account)) return "stays, in other Regions";
  if (accounts.units[account] < 0) return "is not in the organization any more";
  if (accounts.statuses[account]) return "is not active";
  return `is in ${pathOf(accountUnit(account))}, which no target reaches`;
}

/** The entries of the manifest that give a stack set to an account: `[text, line, unit, accounts]`. */
function reasons(item, account) {
  const isActive = accounts.statuses[account] === undefined;
  return item.targets.filter(([, , unit, set]) =>
    unit !== null ? isActive && accounts.units[account] === unit : set !== null && contains(set, account),
  );
}

const plural = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

function duration(seconds) {
  if (seconds < 60) return seconds > 0 ? "under a minute" : "no time";
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? plural(minutes, "minute") : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
