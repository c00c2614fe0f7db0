/** What may stand at a place in a YAML document, from the kind's OpenAPI schema. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: (string | number)[];
  default?: unknown;
}

const LINE = /^(\s*(?:- +)*)([\w.-]*)(:\s*)?(.*)$/; // a dash indents, too

/** The names of the fields around a line, outermost first: those above it that are further left. */
export function pathAt(lines: string[], indent: number): string[] {
  const path: string[] = [];
  let left = indent;
  for (let index = lines.length - 1; index >= 0 && left > 0; index -= 1) {
    const [, spaces = '', name = '', colon] = LINE.exec(lines[index] ?? '') ?? [];
    if (colon === undefined || name === '' || spaces.length >= left) continue;
    path.unshift(name);
    left = spaces.length - spaces.trimStart().length;
  }
  return path;
}

/** The schema at a path; lists are stepped into. */
export function schemaAt(schema: Schema | undefined, path: string[]): Schema | undefined {
  let found = schema;
  for (const name of path) {
    found = found?.properties?.[name];
    if (found?.items) found = found.items;
  }
  return found;
}

export function schemaCompletion(context: CompletionContext, schema: Schema | undefined): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const typed = line.text.slice(0, context.pos - line.from);
  const above = context.state.doc.sliceString(0, line.from).split('\n').slice(0, -1);
  const [, spaces = '', name = '', colon] = LINE.exec(typed) ?? [];
  const path = pathAt(above, spaces.length);
  const word = context.matchBefore(/[\w.-]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const options = colon === undefined ? fields(schemaAt(schema, path)) : values(schemaAt(schema, [...path, name]));
  return options.length > 0 ? { from: word.from, options, validFor: /^[\w.-]*$/ } : null;
}

function fields(schema: Schema | undefined): Completion[] {
  return Object.entries(schema?.properties ?? {}).map(([name, { type, description }]) => ({
    label: name,
    type: 'property',
    apply: type === 'object' ? `${name}:` : `${name}: `,
    ...(type ? { detail: type } : {}),
    ...(description ? { info: description } : {}),
  }));
}

function values(schema: Schema | undefined): Completion[] {
  const known = schema?.enum ?? (schema?.type === 'boolean' ? ['true', 'false'] : []);
  return known.map((value) => ({ label: String(value), type: 'constant' }));
}
