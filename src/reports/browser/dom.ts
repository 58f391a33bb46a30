/** The first element that matches. @throws where the page has none: its HTML and its script are not of one version. */
export function find<E extends Element>(root: ParentNode, selector: string, type: new () => E): E {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`This page has no ${selector}.`);
  return found;
}

/** What the page holds as JSON. */
export function readJson(id: string): unknown {
  return JSON.parse(find(document, `#${id}`, HTMLScriptElement).text);
}

/** An `<input>` that a page may leave out. */
export function input(id: string): HTMLInputElement | undefined {
  const found = document.getElementById(id);
  return found instanceof HTMLInputElement ? found : undefined;
}
