// Tables that sort by any of their columns.

/** How many rows of a table are shown at first. */
const MOST_ROWS = 100;

function sortable(id, title, columns, items, first) {
  if (items.length === 0) return;
  const sorting = { column: first.column, falls: first.falls };
  const body = element("tbody");
  const heads = columns.map((column, at) =>
    element(
      "th",
      { scope: "col", class: column.isNumber ? "number" : null },
      element("button", { type: "button", onclick: () => sort(at) }, column.name),
    ),
  );
  let most = MOST_ROWS;
  const rest = element("p", { class: "note" });

  const sort = (at) => {
    sorting.falls = sorting.column === at ? !sorting.falls : typeof columns[at].value(items[0]) === "number";
    sorting.column = at;
    render();
  };
  const render = () => {
    const { value } = columns[sorting.column];
    const keys = new Map(items.map((item) => [item, value(item)]));
    const order = (one, other) => (typeof one === "number" ? one - other : byName(one, other));
    const sorted = [...items].sort(
      (one, other) => (sorting.falls ? -1 : 1) * order(keys.get(one), keys.get(other)),
    );
    heads.forEach((head, at) =>
      head.setAttribute(
        "aria-sort",
        at !== sorting.column ? "none" : sorting.falls ? "descending" : "ascending",
      ),
    );
    body.replaceChildren(
      ...sorted.slice(0, most).map((item) =>
        element(
          "tr",
          null,
          columns.map((column, at) =>
            element(
              at === 0 ? "th" : "td",
              {
                class:
                  [column.isNumber ? "number" : "", column.kind && column.value(item) > 0 ? column.kind : ""]
                    .join(" ")
                    .trim() || null,
                scope: at === 0 ? "row" : null,
              },
              column.show
                ? column.show(item)
                : typeof column.value(item) === "number"
                  ? column.value(item).toLocaleString("en")
                  : column.value(item),
            ),
          ),
        ),
      ),
    );
    rest.replaceChildren(
      ...(items.length > most
        ? [
            link(`Show all ${items.length.toLocaleString("en")}`, () => {
              most = Infinity;
              render();
            }),
          ]
        : []),
    );
  };
  render();
  byId("tables").append(
    element(
      "section",
      { id, "aria-labelledby": `${id}-title` },
      element("h2", { id: `${id}-title` }, title),
      element(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": `${id}-title` },
        element("table", null, element("thead", null, element("tr", null, heads)), body),
      ),
      rest,
    ),
  );
}

function renderTables() {
  const number = (name, value, kind) => ({ name, value, isNumber: true, kind });
  const list = (name, value, kind) => ({ name, value, kind });
  const badge = (word) => element("span", { class: `change ${word}` }, word);
  sortable(
    "stack-sets",
    "Stack sets",
    [
      {
        name: "Name",
        value: (item) => item.resource ?? item.name,
        show: (item) => link(item.resource ?? item.name, () => showFar(() => showStackSet(item))),
      },
      { name: "Change", value: (item) => item.change, show: (item) => badge(item.change) },
      number("− removed", (item) => instances(item.removed), "removed"),
      number("+ created", (item) => instances(item.created), "created"),
      number("~ updated", (item) => instances(item.updated), "updated"),
      number("Unchanged", (item) => item.unchanged ?? 0),
      number("! not as desired", (item) => instances(rowsOf(item, "holes")), "holes"),
      {
        ...number("Time", (item) => item.seconds),
        show: (item) => (item.seconds === 0 ? "–" : duration(item.seconds)),
      },
      { name: "Reached", value: (item) => item.reached ?? "surely" },
    ],
    everything,
    { column: 2, falls: true },
  );
  const targets = (ids, sign) => ids.map((id) => element("li", null, sign, targetName(id)));
  sortable(
    "policies",
    "Policies",
    [
      {
        name: "Name",
        value: (policy) => policy.name,
        show: (policy) => [policy.name, " ", element("span", { class: "place" }, policy.place)],
      },
      { name: "Type", value: (policy) => policy.kind },
      {
        name: "Content",
        value: (policy) =>
          policy.id === null
            ? "new"
            : policy.differs === null
              ? "not known"
              : policy.differs
                ? "changes"
                : "unchanged",
      },
      {
        ...list("Attached", (policy) => policy.attach.length),
        show: (policy) =>
          element("ul", null, targets(policy.attach, "+ "), policy.attach.length === 0 ? "–" : ""),
      },
      {
        ...list("Stays", (policy) => policy.attached.length),
        show: (policy) =>
          element("ul", null, targets(policy.attached, ""), policy.attached.length === 0 ? "–" : ""),
      },
      {
        ...list("Left behind", (policy) => policy.left_attached.length, "holes"),
        show: (policy) =>
          element(
            "ul",
            null,
            targets(policy.left_attached, ""),
            policy.left_attached.length === 0 ? "–" : "",
          ),
      },
    ],
    plan.policies,
    { column: 0, falls: false },
  );
  sortable(
    "slots",
    "Attachment slots",
    [
      {
        name: "Target",
        value: (slots) => targetName(slots.target),
        show: (slots) => [targetName(slots.target), " ", element("code", { class: "place" }, slots.target)],
      },
      { name: "Type", value: (slots) => slots.kind },
      number("Taken", (slots) => slots.used),
      number("Added", (slots) => slots.added),
      number("Limit", (slots) => slots.limit),
      number("Left", (slots) => slots.left),
    ],
    plan.slots,
    { column: 5, falls: false },
  );
}

/** Shows details from far below the tree: they stand beside it. */
function showFar(show) {
  show();
  byId("details").scrollIntoView({ block: "nearest" });
  byId("details").querySelector("h3").focus();
}
