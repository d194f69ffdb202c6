// Elements. Text is only ever set as text.

/** An element with attributes (`class`, `onclick`, …) and children; what is null or false is left out. */
function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...content.flat().filter((part) => part !== null && part !== undefined && part !== false));
  return made;
}

const byId = (id) => document.getElementById(id);

/** A button that reads as text. */
const link = (text, onclick) => element("button", { type: "button", class: "link", onclick }, text);

/** Counts as badges: sign and number for the eye, words for the ear. */
function badges(numbers) {
  return KINDS.filter(({ key }) => numbers[key] > 0).map(({ key, sign, word }) => {
    const words = `${plural(numbers[key], "instance")} ${word}`;
    return element(
      "span",
      { class: `badge ${key}`, title: words },
      element("span", { "aria-hidden": "true" }, sign + numbers[key].toLocaleString("en")),
      element("span", { class: "unseen" }, words),
    );
  });
}

/** A list that shows its beginning, and the rest when asked. */
function folded(items, most, render, attributes) {
  const list = element("ul", attributes, items.slice(0, most).map(render));
  if (items.length > most) {
    const rest = element(
      "li",
      { class: "more" },
      link(`Show ${items.length - most} more`, () => {
        rest.replaceWith(...items.slice(most, most + 500).map(render));
      }),
    );
    list.append(rest);
  }
  return list;
}

/** Regions by number, as text. */
const regionNames = (regions) => regions.map((region) => plan.regions[region]).join(", ");
