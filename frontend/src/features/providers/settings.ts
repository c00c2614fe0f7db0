/** A driver's declared settings as fields of a form. */

export interface SettingSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  const?: string;
  writeOnly?: boolean;
  anyOf?: SettingSchema[];
  $ref?: string;
  items?: SettingSchema;
}

export interface SettingsSchema {
  properties?: Record<string, SettingSchema>;
  required?: string[];
  $defs?: Record<string, SettingSchema>;
}

export interface Setting {
  name: string;
  label: string;
  hint: string;
  kind: 'text' | 'number' | 'boolean' | 'list' | 'choice' | 'secret' | 'lines';
  options: string[];
  required: boolean;
  standard: string; // what is taken when it is left empty
}

export function settingsOf(schema: SettingsSchema): Setting[] {
  const required = new Set(schema.required ?? []);
  const found = Object.entries(schema.properties ?? {}).map(([name, declared]) => {
    const whole = resolve(declared, schema);
    const standard = whole.default;
    return {
      name,
      label: labelOf(name),
      hint: declared.description ?? '',
      kind: kindOf(name, whole),
      options: whole.enum ?? [],
      required: required.has(name),
      standard: typeof standard === 'string' || typeof standard === 'number' || typeof standard === 'boolean' ? String(standard) : '',
    };
  });
  return found.sort((one, other) => Number(other.required) - Number(one.required)); // else as declared
}

function resolve(declared: SettingSchema, schema: SettingsSchema): SettingSchema {
  const target = declared.$ref ? schema.$defs?.[declared.$ref.split('/').at(-1) ?? ''] : declared.anyOf?.find(({ type }) => type !== 'null');
  return target ? { ...target, ...declared } : declared;
}

function kindOf(name: string, schema: SettingSchema): Setting['kind'] {
  if (schema.writeOnly) return 'secret';
  if (schema.enum) return 'choice';
  if (schema.type === 'boolean') return 'boolean';
  if (schema.type === 'array') return 'list';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return /certificate|pem$/i.test(name) ? 'lines' : 'text';
}

/** applicationCredentialId → Application credential ID */
export function labelOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const proper = words.replace(/\b(id|url|ip|cpu|ca|dns|ssh)\b/g, (word) => word.toUpperCase());
  return proper.charAt(0).toUpperCase() + proper.slice(1);
}

/** The spec's settings and secrets from what was typed; what was left empty is left out. */
export function specOf(settings: Setting[], typed: Record<string, string>): { settings: Record<string, unknown>; secrets: Record<string, string> } {
  const result: ReturnType<typeof specOf> = { settings: {}, secrets: {} };
  for (const { name, kind } of settings) {
    const value = (typed[name] ?? '').trim();
    if (value === '') continue;
    if (kind === 'secret') result.secrets[name] = value;
    else result.settings[name] = valueOf(kind, value);
  }
  return result;
}

function valueOf(kind: Setting['kind'], value: string): unknown {
  if (kind === 'number') return Number.isNaN(Number(value)) ? value : Number(value);
  if (kind === 'boolean') return value === 'true';
  if (kind === 'list') return value.split(/[,\s]+/).filter(Boolean);
  return value;
}

/** What was stored, as the form shows it. */
export function typedOf(settings: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]));
}
