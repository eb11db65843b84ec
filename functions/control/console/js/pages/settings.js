// The settings of a resource: its origin, its options and its deletion.

import { call } from "../api.js";
import { confirmed } from "../dialogs.js";
import { el, replace } from "../dom.js";
import { saver } from "../forms/saver.js";
import { notify } from "../notices.js";
import { optionsForm } from "../options/form.js";
import { hostOf, resourceHead } from "../resource_head.js";
import { settingsFields } from "../resources/fields.js";
import { again, to } from "../router.js";
import { may } from "../session.js";
import { count } from "../words.js";

/** @param {HTMLElement} main */
export async function show(main, { params, signal }) {
  const address = `/cdn/resources/${params.id}`;
  const { body: resource, version } = await call("GET", address, { signal });
  const readOnly = !may("admin");
  const fields = settingsFields(resource, { readOnly, onInput: changed });
  const options = optionsForm(resource.options, { readOnly, own: true, onChange: changed });
  const problem = el("p", { class: "note" });
  const head = el("div", {}, resourceHead(resource, "settings"));
  const saving = saver({
    thing: "resource",
    isNew: false,
    version,
    value: () => ({ ...fields.value(), options: options.value() }),
    send: (body, ifMatch) => call("PATCH", address, { body, ifMatch, signal }),
    showErrors: (messages) => options.showErrors(fields.showErrors(messages)),
    onSaved,
    back: to.rules(resource.id),
    signal,
  });

  function changed() {
    saving.changed();
  }

  /** Why the settings are not in effect; nothing if they are. */
  function tellProblem({ problem: why }) {
    problem.hidden = why === null;
    problem.textContent = `These settings are left out of serving: ${why}. They work again when that is mended and saved.`;
  }

  function onSaved(saved, sent) {
    options.settle(sent.options);
    fields.showOrigin(saved.origin);
    replace(head, resourceHead(saved, "settings"));
    tellProblem(saved);
    return { ...sent, origin: saved.origin };
  }

  async function remove() {
    const rules = resource.rules.length > 0 ? ` and its ${count(resource.rules.length, "rule")}` : "";
    const sure = await confirmed({
      title: `Delete ${hostOf(resource)}?`,
      text:
        `The resource${rules} will be switched off and deleted: its images are answered as the resource for all other ` +
        "hosts says, or not at all. Originals stay. This cannot be undone.",
      action: "Delete resource",
    });
    if (!sure) return;
    try {
      // Only an inactive resource can be deleted.
      const off = await call("PATCH", address, { body: { active: false }, ifMatch: saving.version(), signal });
      await call("DELETE", address, { ifMatch: off.version, signal });
    } catch (error) {
      if (signal.aborted) return;
      notify(error.message, "failed");
      again();
      return;
    }
    saving.drop();
    notify(`${hostOf(resource)} is deleted.`, "done");
    location.hash = to.resources();
  }

  tellProblem(resource);
  replace(
    main,
    head,
    el("h1", {}, "Settings"),
    el("p", { class: "page-lead" }, "Where originals come from, and the options that hold for all images where no rule says otherwise."),
    readOnly && el("p", { class: "note" }, "You see the settings here. Changing them needs the token of an admin."),
    problem,
    el(
      "form",
      { class: "editor settings", novalidate: true, "aria-label": "Settings", on: { submit: saving.submit } },
      fields.node,
      options.node,
      !readOnly && saving.node,
    ),
    !readOnly &&
      el(
        "section",
        { class: "panel settings-end", "aria-labelledby": "end-title" },
        el("h2", { id: "end-title" }, "Delete this resource"),
        el("p", { class: "hint" }, "With all its rules. Originals stay in their bucket."),
        el("button", { type: "button", class: "danger", on: { click: remove } }, "Delete resource …"),
      ),
  );
  return { mayLeave: saving.mayLeave };
}
