/** The page's colours for CodeMirror, both themes at once: PatternFly's variables change under it. */
import { HighlightStyle } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Without the document's nonce the policy would refuse CodeMirror's style sheet. */
export function nonce(): Extension {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce ? EditorView.cspNonce.of(meta.nonce) : [];
}

export const theme = EditorView.theme({
  '&': { fontSize: '14px', maxHeight: '70vh', backgroundColor: 'transparent', color: 'var(--pf-t--global--text--color--regular)' },
  '.cm-content': { fontFamily: 'var(--pf-t--global--font--family--mono)', caretColor: 'var(--pf-t--global--text--color--regular)' },
  '.cm-cursor': { borderLeftColor: 'var(--pf-t--global--text--color--regular)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--pf-t--global--text--color--subtle)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--pf-t--global--background--color--secondary--default)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--pf-t--global--background--color--highlight--default) !important' },
  '.cm-tooltip': { backgroundColor: 'var(--pf-t--global--background--color--floating--default)', color: 'var(--pf-t--global--text--color--regular)', border: '1px solid var(--pf-t--global--border--color--default)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--pf-t--global--color--brand--default)', color: 'var(--pf-t--global--text--color--on-brand--default)' },
  '.cm-changedLine, .cm-insertedLine': { backgroundColor: 'color-mix(in srgb, var(--pf-t--global--color--status--success--default) 16%, transparent) !important' },
  '.cm-deletedChunk': { backgroundColor: 'color-mix(in srgb, var(--pf-t--global--color--status--danger--default) 16%, transparent) !important' },
});

export const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--pf-t--global--text--color--link--default)' },
  { tag: [tags.string, tags.content], color: 'var(--pf-t--global--text--color--regular)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--pf-t--global--text--color--status--success--default)' },
  { tag: tags.comment, color: 'var(--pf-t--global--text--color--subtle)', fontStyle: 'italic' },
]);
