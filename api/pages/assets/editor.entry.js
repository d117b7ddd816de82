// The YAML editor of the definition page: what goes into codemirror.js. See README.md for versions and the build command.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

// options: parent, doc, nonce (of the page's CSP), label, phrases (words of the editor in the page's language),
// changed(text). Problems are handed in with mark(). Tab leaves the editor, as it leaves any field.
export function open(options) {
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.doc,
      extensions: [
        EditorView.cspNonce.of(options.nonce || ""),
        EditorState.phrases.of(options.phrases || {}),
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false", tabindex: "0" }),
        lineNumbers(), lintGutter(), highlightActiveLineGutter(), highlightActiveLine(), highlightSpecialChars(),
        highlightSelectionMatches(), history(), drawSelection(), indentOnInput(), bracketMatching(), search({ top: true }),
        yaml(), syntaxHighlighting(classHighlighter),
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap, ...searchKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && options.changed) options.changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    mark: (diagnostics) => view.dispatch(setDiagnostics(view.state, diagnostics)),
    text: () => view.state.doc.toString(),
    put: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    goto: (number, column) => {
      const line = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
      view.dispatch({ selection: { anchor: Math.min(line.to, line.from + Math.max(0, (column || 1) - 1)) }, scrollIntoView: true });
      view.focus();
    },
  };
}
