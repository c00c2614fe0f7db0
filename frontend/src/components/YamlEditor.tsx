/** The editor: CodeMirror with YAML, our schema's words, and the page's colours. Loaded when it is seen. */
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, tooltips } from '@codemirror/view';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { parseDocument } from 'yaml';
import { json } from '../lib/http';
import { type Schema, schemaCompletion } from '../lib/schemaCompletion';
import { colours, nonce, theme } from './editorTheme';

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  kind: string; // whose schema completes
  readOnly?: boolean;
}

export default function YamlEditor({ label, value, onChange, kind, readOnly = false }: Props): ReactNode {
  const { data: openapi } = useQuery({
    queryKey: ['openapi'], staleTime: Infinity,
    queryFn: () => json<{ components: { schemas: Record<string, Schema> } }>('/openapi/v3/apis/slipway.dev/v1'),
  });
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const schema = useRef<Schema | undefined>(undefined);
  const change = useRef(onChange);
  useEffect(() => {
    schema.current = openapi?.components.schemas[`dev.slipway.v1.${kind}`];
    change.current = onChange;
  });

  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          nonce(), lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), highlightSelectionMatches(),
          yaml(), indentUnit.of('  '), EditorState.tabSize.of(2), theme, syntaxHighlighting(colours), linter(mistakes), lintGutter(),
          autocompletion({ override: [(context) => schemaCompletion(context, schema.current)] }), tooltips({ parent: document.body }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }), EditorState.readOnly.of(readOnly),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
    // The editor holds the text from here on; what comes from outside is put in below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [label, readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return (
    <>
      <div ref={host} className="sw-editor" />
      {!readOnly && <p className="sw-subtle">Ctrl+Space offers what may stand there. Esc, then Tab leaves the editor.</p>}
    </>
  );
}

function mistakes({ state }: EditorView): Diagnostic[] {
  return parseDocument(state.doc.toString()).errors.map(({ pos: [from, to], message }) => ({
    from, to: Math.min(Math.max(to, from), state.doc.length), severity: 'error', message: message.split('\n')[0] ?? message,
  }));
}
