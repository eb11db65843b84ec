// A rule: its pattern, its options, and a preview of its effect.

import { call } from "../api.js";
import { el, replace } from "../dom.js";
import { saver } from "../forms/saver.js";
import { notify } from "../notices.js";
import { optionsForm } from "../options/form.js";
import { previewPanel } from "../preview/panel.js";
import { resourceHead } from "../resource_head.js";
import { to } from "../router.js";
import { ruleFields } from "../rule/fields.js";
import { nameOf } from "../rules/words.js";
import { may } from "../session.js";

// Every pattern begins with a slash.
const BLANK = { id: null, name: "", rule: "/", active: true, options: {}, problem: null };

/** @param {HTMLElement} main */
export async function show(main, { params, query, signal }) {
  const rules = `/cdn/resources/${params.id}/rules`;
  const isNew = params.rule === "new";
  const [{ body: resource }, { body: rule, version }] = await Promise.all([
    call("GET", `/cdn/resources/${params.id}`, { signal }),
    isNew ? beginning(query.template, signal) : call("GET", `${rules}/${params.rule}`, { signal }),
  ]);
  const readOnly = !may("editor");
  const title = el("h1", {}, isNew ? "New rule" : nameOf(rule));
  if (isNew && readOnly) {
    replace(main, resourceHead(resource, "rules"), title, el("p", { class: "note" }, "Creating a rule needs the token of an editor."));
    return {};
  }
  const fields = ruleFields(rule, { readOnly, onInput: changed });
  const options = optionsForm(rule.options, { readOnly, inherited: resource.options, onChange: changed });
  const value = () => ({ ...fields.value(), options: options.value() });
  const place = (messages) => options.showErrors(fields.showErrors(messages));
  const saving = saver({
    thing: "rule",
    isNew,
    version,
    value,
    send: (body, ifMatch) =>
      isNew
        ? call("POST", rules, { body: { ...body, ruleType: 0 }, signal })
        : call("PATCH", `${rules}/${rule.id}`, { body, ifMatch, signal }),
    showErrors: place,
    onSaved,
    back: to.rules(resource.id),
    signal,
  });

  const preview = previewPanel({
    resource,
    rule: isNew ? null : rule,
    draft: () => ({ ...value(), id: rule.id, weight: null }),
    signal,
    showErrors: (messages) => saving.complain(place(messages)),
  });

  function changed() {
    saving.changed();
    preview.changed();
  }

  function onSaved(saved, sent) {
    if (isNew) {
      notify(`${nameOf(saved)} is created. Viewers get it within seconds.`, "done");
      location.hash = to.rule(resource.id, saved.id);
      return sent;
    }
    options.settle(sent.options);
    title.textContent = nameOf(saved);
    tellProblem(saved);
    return sent;
  }

  const problem = el("p", { class: "note" });

  /** Why the rule is not in effect; nothing if it is. */
  function tellProblem({ problem: why }) {
    problem.hidden = why === null;
    problem.textContent = `This rule is left out of serving: ${why}. It works again when that is mended and saved.`;
  }

  tellProblem(rule);
  replace(
    main,
    resourceHead(resource, "rules"),
    el("div", { class: "page-head" }, title),
    readOnly && el("p", { class: "note" }, "You see this rule here. Changing it needs the token of an editor."),
    problem,
    el(
      "div",
      { class: "rule-page" },
      el(
        "form",
        { class: "editor", novalidate: true, "aria-label": "Rule", on: { submit: saving.submit } },
        fields.node,
        options.node,
        !readOnly && saving.node,
      ),
      el("div", { class: "rule-preview" }, preview.node),
    ),
  );
  return { mayLeave: saving.mayLeave };
}

/** The initial content of a new rule: empty, or a template. */
async function beginning(template, signal) {
  if (!template) return { body: BLANK, version: null };
  const { body } = await call("GET", `/cdn/rule_templates/${template}`, { signal });
  return { body: { ...BLANK, name: body.name, rule: body.rule, options: body.options }, version: null };
}
